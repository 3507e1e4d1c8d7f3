#include "mail_stream.h"

#include <chrono>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace smtpspec::durability {
namespace {

/// One connection; when anything goes wrong, it is over.
class Client {
public:
    explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval patience{30, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && answered('2') &&
                said("EHLO load.example\r\n", '2');
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }

    bool open() const { return open_; }

    /// True: the server took the mail, and said so after the data.
    bool send(const Mail& mail) {
        open_ = said("MAIL FROM:<sender@load.example>\r\n", '2') &&
                (!mail.hosted || said("RCPT TO:<alice@example.org>\r\n", '2')) &&
                (!mail.remote || said("RCPT TO:<ann@remote.example>\r\n", '2')) && said("DATA\r\n", '3') &&
                said(mail.content() + ".\r\n", '2');
        return open_;
    }

private:
    bool said(std::string_view octets, char answer) {
        while (!octets.empty()) {
            const ssize_t written = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (written <= 0) {
                return false;
            }
            octets.remove_prefix(static_cast<std::size_t>(written));
        }
        return answered(answer);
    }

    bool answered(char answer) {
        for (;;) {
            for (std::size_t end = 0; (end = input_.find('\n')) != std::string::npos;) {
                const std::string line = input_.substr(0, end);
                input_.erase(0, end + 1);
                if (line.size() > 3 && line[3] != '-') {
                    return line[0] == answer;
                }
            }
            char buffer[4096];
            const ssize_t length = ::recv(socket_, buffer, sizeof buffer, 0);
            if (length <= 0) {
                return false;
            }
            input_.append(buffer, static_cast<std::size_t>(length));
        }
    }

    int socket_;
    bool open_ = false;
    std::string input_;
};

constexpr std::size_t mails_per_connection = 8;

}  // namespace

MailStream::MailStream(std::size_t clients) {
    for (std::size_t i = 0; i < clients; ++i) {
        clients_.emplace_back([this] { run(); });
    }
}

MailStream::~MailStream() {
    finish();
}

void MailStream::send_to(std::uint16_t port) {
    const std::lock_guard lock(mutex_);
    port_ = port;
    ++round_;
    acknowledged_in_round_ = 0;
    changed_.notify_all();
}

bool MailStream::wait_for_acknowledged(std::size_t mails) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::minutes(1), [&] { return acknowledged_in_round_ >= mails; });
}

void MailStream::pause() {
    const std::lock_guard lock(mutex_);
    port_ = 0;
}

std::vector<SentMail> MailStream::finish() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
        changed_.notify_all();
    }
    for (std::thread& client : clients_) {
        client.join();
    }
    clients_.clear();
    return sent_;
}

void MailStream::run() {
    for (;;) {
        std::uint16_t port = 0;
        std::size_t round = 0;
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return over_ || port_ != 0; });
            if (over_) {
                return;
            }
            port = port_;
            round = round_;
        }
        Client client(port);
        Mail mail;
        for (std::size_t i = 0; i < mails_per_connection && client.open() && begin_mail(round, mail); ++i) {
            if (client.send(mail)) {
                acknowledge(mail.number);
            }
        }
    }
}

bool MailStream::begin_mail(std::size_t round, Mail& mail) {
    const std::lock_guard lock(mutex_);
    if (over_ || port_ == 0 || round != round_) {
        return false;
    }
    mail.number = sent_.size();
    mail.hosted = mail.number % 3 != 1;
    mail.remote = mail.number % 3 != 0;
    sent_.push_back({mail, round, false});
    return true;
}

void MailStream::acknowledge(std::size_t number) {
    const std::lock_guard lock(mutex_);
    SentMail& sent = sent_[number];
    sent.acknowledged = true;
    if (sent.round == round_) {
        ++acknowledged_in_round_;
        changed_.notify_all();
    }
}

}  // namespace smtpspec::durability
