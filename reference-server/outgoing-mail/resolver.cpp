#include "outgoing-mail/resolver.h"

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <poll.h>

namespace refserver::outgoing_mail {

namespace {

constexpr int max_aliases = 8;

// c-ares takes addresses only.
std::string numeric_server(const std::string& server) {
    const auto colon = server.rfind(':');
    if (colon == std::string::npos) throw std::runtime_error("DNS server without a port: " + server);
    std::string host = server.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    addrinfo hints{};
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
        throw std::runtime_error("DNS server " + server + ": " + ::gai_strerror(error));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    char address[NI_MAXHOST];
    ::getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof address, nullptr, 0, NI_NUMERICHOST);
    return found->ai_family == AF_INET6 ? '[' + std::string{address} + ']' + server.substr(colon)
                                        : address + server.substr(colon);
}

void initialise_library() {
    static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
    if (status != ARES_SUCCESS) throw std::runtime_error(::ares_strerror(status));
}

}  // namespace

struct Resolver::Answer {
    bool complete = false;
    int status = ARES_SUCCESS;
    std::string message;
};

Resolver::Resolver(const std::vector<std::string>& servers, const StopSignal& stop) : stop_(stop) {
    initialise_library();
    std::string list;
    for (const auto& server : servers) list += (list.empty() ? "" : ",") + numeric_server(server);
    ares_options options{};
    options.timeout = 2000;  // milliseconds; doubled with each round
    options.tries = 3;
    if (::ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES) != ARES_SUCCESS)
        throw std::runtime_error("the resolver cannot be set up");
    if (!list.empty() && ::ares_set_servers_ports_csv(channel_, list.c_str()) != ARES_SUCCESS) {
        ::ares_destroy(channel_);
        throw std::runtime_error("DNS servers: " + list);
    }
}

Resolver::~Resolver() {
    ::ares_destroy(channel_);
}

Resolver::Answer Resolver::ask(const std::string& name, RecordType type) {
    Answer answer;
    ::ares_query(
        channel_, name.c_str(), ns_c_in, static_cast<int>(type),
        [](void* to, int status, int, unsigned char* octets, int length) {
            auto& a = *static_cast<Answer*>(to);
            a.complete = true;
            a.status = status;
            if (octets) a.message.assign(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(length));
        },
        &answer);
    while (!answer.complete) wait();
    return answer;
}

// One round of waiting for any of the channel's sockets.
void Resolver::wait() {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets;
    const int mask = ::ares_getsock(channel_, sockets.data(), static_cast<int>(sockets.size()));
    std::array<pollfd, ARES_GETSOCK_MAXNUM + 1> fds;
    fds[0] = {stop_.fd(), POLLIN, 0};
    nfds_t count = 1;
    for (unsigned i = 0; i < sockets.size(); ++i) {
        const int events =
            (ARES_GETSOCK_READABLE(mask, i) ? POLLIN : 0) | (ARES_GETSOCK_WRITABLE(mask, i) ? POLLOUT : 0);
        if (events != 0) fds[count++] = {sockets[i], static_cast<short>(events), 0};
    }
    timeval longest{10, 0}, time{};
    const timeval* patience = ::ares_timeout(channel_, &longest, &time);
    const int ready =
        ::poll(fds.data(), count, static_cast<int>(patience->tv_sec * 1000 + (patience->tv_usec + 999) / 1000));
    if (fds[0].revents != 0) {
        ::ares_cancel(channel_);
        return;
    }
    if (ready <= 0) ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    for (nfds_t i = 1; i < count; ++i) {
        const bool readable = (fds[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0;
        const bool writable = (fds[i].revents & POLLOUT) != 0;
        if (readable || writable)
            ::ares_process_fd(channel_, readable ? fds[i].fd : ARES_SOCKET_BAD, writable ? fds[i].fd : ARES_SOCKET_BAD);
    }
}

Lookup Resolver::find(const std::string& name, RecordType type) {
    std::string at = name;
    for (int aliases = 0; aliases <= max_aliases; ++aliases) {
        const auto answer = ask(at, type);
        if (answer.status == ARES_ENOTFOUND) return {Lookup::Status::no_such_name, {}, {}};
        if (answer.status == ARES_ENODATA) return {Lookup::Status::no_records, {}, {}};
        // A name that DNS cannot even hold.
        if (answer.status == ARES_EBADNAME) return {Lookup::Status::no_such_name, {}, {}};
        if (answer.status != ARES_SUCCESS)
            return {Lookup::Status::failed, {}, "look-up of " + at + ": " + ::ares_strerror(answer.status)};
        const auto records = parse_dns_answer(answer.message);
        if (!records) return {Lookup::Status::failed, {}, "look-up of " + at + ": malformed answer"};
        auto step = follow_aliases(*records, at, type);
        if (!step.records.empty()) return {Lookup::Status::found, std::move(step.records), {}};
        if (step.alias.empty()) return {Lookup::Status::no_records, {}, {}};
        at = step.alias;
    }
    return {Lookup::Status::failed, {}, "look-up of " + name + ": too many aliases"};
}

}  // namespace refserver::outgoing_mail
