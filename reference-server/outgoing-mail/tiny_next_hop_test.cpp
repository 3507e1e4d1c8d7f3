#include "outgoing-mail/tiny_next_hop_test.h"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::outgoing_mail::testing {

TinyNextHop::TinyNextHop(Reply reply, const std::string& address, std::uint16_t port) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    socklen_t length = sizeof name;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&name), length) != 0 || ::listen(listener_, 64) != 0)
        throw std::runtime_error("no port for the next hop");
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &length);
    port_ = ntohs(name.sin_port);
    acceptor_ = std::thread([this] { accept(); });
}

TinyNextHop::~TinyNextHop() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    ::close(listener_);
    {
        const std::lock_guard lock(mutex_);
        for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
}

void TinyNextHop::accept() {
    for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        const std::lock_guard lock(mutex_);
        open_.push_back(fd);
        most_at_once_ = std::max(most_at_once_, static_cast<int>(open_.size()));
        threads_.emplace_back([this, fd, number = ++connections_] { serve(fd, number); });
    }
}

void TinyNextHop::serve(int fd, int number) {
    std::string input;
    const auto answer = [&](const std::string& line, const std::string& usual) {
        std::string reply = reply_ ? reply_(line) : "";
        if (reply == "close") return std::string{"close"};
        if (reply.empty()) reply = usual;
        reply += "\r\n";
        if (::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return std::string{"close"};
        return reply;
    };
    Mail mail;
    bool content = false;
    bool going = answer("", "220 tiny") != "close";
    while (going) {
        const std::string_view end = content ? "\r\n.\r\n" : "\r\n";
        // The content's first line may be the final dot: the line end of DATA belongs to it here.
        const auto at = input.find(end);
        if (at == std::string::npos) {
            char buffer[16384];
            const auto n = ::recv(fd, buffer, sizeof buffer, 0);
            if (n <= 0) break;
            input.append(buffer, static_cast<std::size_t>(n));
            continue;
        }
        const std::string line = content ? "." : input.substr(0, at);
        if (content) mail.content = at < 2 ? "" : input.substr(2, at);
        input.erase(0, at + end.size());
        {
            const std::lock_guard lock(mutex_);
            lines_.push_back(line);
        }
        if (line.starts_with("MAIL")) mail = {{}, {}, number};
        const auto reply = answer(line, line == "DATA"             ? "354 go"
                                        : line == "QUIT"           ? "221 bye"
                                        : line.starts_with("EHLO") ? "250-tiny\r\n250-PIPELINING\r\n250 8BITMIME"
                                                                   : "250 ok");
        if (line.starts_with("MAIL") || line.starts_with("RCPT")) mail.envelope.push_back(line);
        going = reply != "close" && line != "QUIT";
        if (content && reply[0] == '2') {
            const std::lock_guard lock(mutex_);
            mails_.push_back(mail);
            arrived_.notify_all();
        }
        content = line == "DATA" && reply[0] == '3';
        if (content) input.insert(0, "\r\n");
    }
    const std::lock_guard lock(mutex_);
    open_.erase(std::find(open_.begin(), open_.end(), fd));
    ::close(fd);
}

std::vector<TinyNextHop::Mail> TinyNextHop::mails(std::size_t at_least) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, std::chrono::seconds{10}, [&] { return mails_.size() >= at_least; });
    return mails_;
}

int TinyNextHop::connections() {
    const std::lock_guard lock(mutex_);
    return connections_;
}

int TinyNextHop::most_at_once() {
    const std::lock_guard lock(mutex_);
    return most_at_once_;
}

std::vector<std::string> TinyNextHop::lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
}

}  // namespace refserver::outgoing_mail::testing
