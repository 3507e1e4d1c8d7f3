#include "outgoing-mail/tiny_next_hop_test.h"

#include <algorithm>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::outgoing_mail::testing {

namespace {

// A connection's octets, in clear and then perhaps not.
class Channel {
public:
    explicit Channel(int fd) : fd_(fd) {}
    std::ptrdiff_t read(char* buffer, std::size_t size) {
        return tls_ ? ::SSL_read(tls_.get(), buffer, static_cast<int>(size)) : ::recv(fd_, buffer, size, 0);
    }
    bool write(const std::string& octets) {
        if (tls_) return ::SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size())) > 0;
        return ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL) > 0;
    }
    bool accept_tls(SSL_CTX* context) {
        tls_.reset(::SSL_new(context));
        ::SSL_set_fd(tls_.get(), fd_);
        return ::SSL_accept(tls_.get()) == 1;
    }
    bool has_tls() const { return tls_ != nullptr; }

private:
    int fd_;
    std::unique_ptr<SSL, void (*)(SSL*)> tls_{nullptr, ::SSL_free};
};

std::string usual_reply(const std::string& line) {
    if (line.empty()) return "220 tiny";
    if (line == "DATA") return "354 go";
    if (line == "QUIT") return "221 bye";
    if (line.starts_with("EHLO")) return "250-tiny\r\n250-PIPELINING\r\n250 8BITMIME";
    return "250 ok";
}

int bound_socket(const std::string& address, std::uint16_t port, std::uint16_t& bound) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
    socklen_t length = sizeof name;
    if (::bind(fd, reinterpret_cast<sockaddr*>(&name), length) != 0) throw std::runtime_error("no port to bind");
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &length);
    bound = ntohs(name.sin_port);
    return fd;
}

SSL_CTX* server_context() {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(::EVP_EC_gen("P-256"), ::EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> certificate(::X509_new(), ::X509_free);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate.get()), 0);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate.get()), 3600);
    X509_NAME* name = ::X509_get_subject_name(certificate.get());
    const auto* common_name = reinterpret_cast<const unsigned char*>(TinyNextHop::tls_name);
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
    ::X509_set_issuer_name(certificate.get(), name);
    ::X509_set_pubkey(certificate.get(), key.get());
    ::X509_sign(certificate.get(), key.get(), ::EVP_sha256());
    SSL_CTX* context = ::SSL_CTX_new(::TLS_server_method());
    ::SSL_CTX_use_certificate(context, certificate.get());
    ::SSL_CTX_use_PrivateKey(context, key.get());
    return context;
}

}  // namespace

DeafPort::DeafPort() : socket_(bound_socket("127.0.0.1", 0, port_)) {}

DeafPort::~DeafPort() {
    ::close(socket_);
}

TinyNextHop::TinyNextHop(Reply reply, const std::string& address, std::uint16_t port, bool tls)
    : reply_(std::move(reply)) {
    if (tls) tls_context_.reset(server_context());
    listener_ = bound_socket(address, port, port_);
    if (::listen(listener_, 64) != 0) throw std::runtime_error("no port for the next hop");
    acceptor_ = std::thread([this] { accept(); });
}

std::string TinyNextHop::certificate() const {
    const std::unique_ptr<BIO, int (*)(BIO*)> memory(::BIO_new(::BIO_s_mem()), ::BIO_free);
    ::PEM_write_bio_X509(memory.get(), ::SSL_CTX_get0_certificate(tls_context_.get()));
    char* octets = nullptr;
    const long size = ::BIO_get_mem_data(memory.get(), &octets);
    return {octets, static_cast<std::size_t>(size)};
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
    Channel channel{fd};
    std::string input, reply;
    Mail mail;
    bool content = false;
    bool recipients = false;
    // Answers, and says whether to go on.
    const auto answer = [&](const std::string& line) {
        reply = reply_ ? reply_(line) : "";
        if (reply == "close") return false;
        const bool close = reply.starts_with("close after ");
        if (close) reply.erase(0, 12);
        if (reply.empty()) reply = line == "DATA" && !recipients ? "503 no recipients" : usual_reply(line);
        return channel.write(reply + "\r\n") && !close && line != "QUIT";
    };
    bool going = answer("");
    while (going) {
        // The content's first line may be the final dot: the line end of DATA stays in the input for that.
        const std::string_view end = content ? "\r\n.\r\n" : "\r\n";
        const auto at = input.find(end);
        if (at == std::string::npos) {
            char buffer[16384];
            const auto n = channel.read(buffer, sizeof buffer);
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
        if (line.starts_with("MAIL")) {
            mail = {{}, {}, number, channel.has_tls()};
            recipients = false;
        }
        if (line.starts_with("MAIL") || line.starts_with("RCPT")) mail.envelope.push_back(line);
        going = answer(line);
        recipients |= line.starts_with("RCPT") && reply[0] == '2';
        if (content && reply[0] == '2') {
            const std::lock_guard lock(mutex_);
            mails_.push_back(mail);
            arrived_.notify_all();
        }
        content = line == "DATA" && reply[0] == '3';
        if (content) input.insert(0, "\r\n");
        if (going && line == "STARTTLS" && reply[0] == '2') going = channel.accept_tls(tls_context_.get());
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
