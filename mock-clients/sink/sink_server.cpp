#include "sink/sink_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace smtpspec::sink {

namespace {

constexpr int first_address = 2;
constexpr int last_address = 40;

}  // namespace

SinkServer::SinkServer(SinkWorld& world, const TlsServerContext* tls)
    : world_(world), tls_(tls), listeners_(bind_all()), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    port_ = port_of(listeners_.front().socket);
    for (const Listener& listener : listeners_) watch(listener.socket.get(), false, true);
    watch(waker_.get(), false, true);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SinkServer::~SinkServer() {
    thread_.request_stop();
    waker_.wake();
}

std::vector<SinkServer::Listener> SinkServer::bind_all() {
    constexpr int attempts = 200;
    for (int i = 0;; ++i) {
        std::vector<Listener> listeners;
        try {
            // Bound again by its number: a port that the kernel chose would be another one after `up(false)`,
            // `up(true)`.
            const std::uint16_t port = port_of(bound_socket(SOCK_STREAM, "127.0.0.2", 0));
            for (int last = first_address; last <= last_address; ++last) {
                std::string address = "127.0.0." + std::to_string(last);
                Descriptor socket = bound_socket(SOCK_STREAM, address, port);
                listen_on(socket);
                listeners.push_back({std::move(socket), std::move(address)});
            }
            return listeners;
        } catch (const std::system_error&) {
            if (i == attempts) throw;
        }
    }
}

void SinkServer::up(bool wanted) {
    std::unique_lock lock(mutex_);
    wish_ = wanted;
    waker_.wake();
    applied_.wait(lock, [&] { return !wish_.has_value(); });
}

void SinkServer::watch(int socket, bool to_send, bool anew) {
    epoll_event event{};
    event.events = to_send ? EPOLLOUT : EPOLLIN;
    event.data.fd = socket;
    if (::epoll_ctl(epoll_.get(), anew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

void SinkServer::run(const std::stop_token& stop) {
    std::array<epoll_event, 128> events{};
    while (!stop.stop_requested()) {
        const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int socket = events[static_cast<std::size_t>(i)].data.fd;
            if (socket == waker_.get()) {
                waker_.clear();
                continue;
            }
            const auto listener = std::find_if(listeners_.begin(), listeners_.end(),
                                               [&](const Listener& one) { return one.socket.get() == socket; });
            listener != listeners_.end() ? accept(*listener) : serve(socket);
        }
        apply_wish();
    }
}

void SinkServer::apply_wish() {
    const std::lock_guard lock(mutex_);
    if (!wish_) return;
    if (*wish_ != up_) {
        for (const Listener& listener : listeners_) {
            if (*wish_) {
                listen_on(listener.socket);
                watch(listener.socket.get(), false, true);
            } else {
                ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, listener.socket.get(), nullptr);
                // Linux stops listening and keeps the port, so nobody else can take it meanwhile.
                ::shutdown(listener.socket.get(), SHUT_RDWR);
            }
        }
        if (!*wish_) connections_.clear();
        up_ = *wish_;
    }
    wish_.reset();
    applied_.notify_all();
}

void SinkServer::accept(const Listener& listener) {
    while (true) {
        Descriptor socket = accept_from(listener.socket);
        if (!socket) return;
        const int number = socket.get();
        auto connection = std::make_unique<SinkConnection>(std::move(socket), world_, tls_, listener.address);
        if (connection->over()) continue;
        watch(number, connection->wants_to_send(), true);
        connections_[number] = std::move(connection);
        count_connections();
    }
}

void SinkServer::count_connections() {
    // What its client has closed may still wait to be read here; it stands no longer.
    const auto stands = [](const auto& connection) {
        pollfd asked{connection.first, POLLRDHUP, 0};
        return ::poll(&asked, 1, 0) == 0;
    };
    const auto now = static_cast<std::size_t>(std::count_if(connections_.begin(), connections_.end(), stands));
    most_connections_ = std::max(most_connections_.load(), now);
}

void SinkServer::serve(int socket) {
    const auto found = connections_.find(socket);
    if (found == connections_.end()) return;
    SinkConnection& connection = *found->second;
    connection.serve();
    if (connection.over()) {
        connections_.erase(found);
    } else {
        watch(socket, connection.wants_to_send(), false);
    }
}

}  // namespace smtpspec::sink
