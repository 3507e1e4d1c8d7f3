#include "meddler/pair.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace smtpspec::meddler {
namespace {

/// Nobody is read from while so much waits to be sent to the other.
constexpr std::size_t most_waiting = std::size_t{1} << 20;

void reset_on_close(const Descriptor& socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/// Sends what the socket takes; false when the connection is broken.
bool send_some(const Descriptor& socket, std::string& octets) {
    while (!octets.empty()) {
        const ssize_t count = ::send(socket.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
        if (count < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        octets.erase(0, static_cast<std::size_t>(count));
    }
    return true;
}

enum class Read { octets, nothing, end, broken };

Read read_some(const Descriptor& socket, std::string& octets) {
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? Read::nothing : Read::broken;
    }
    octets.assign(buffer.data(), static_cast<std::size_t>(count));
    return count == 0 ? Read::end : Read::octets;
}

}  // namespace

Pair::Pair(Descriptor client, const Address& from, const Address& onward, Dialogue dialogue, const WireChanges& wire,
           std::chrono::milliseconds patience)
    : client_(std::move(client)),
      from_(from),
      onward_(onward),
      dialogue_(std::move(dialogue)),
      wire_(wire),
      give_up_(Clock::now() + patience) {
    connect();
}

void Pair::connect() {
    server_ = begin_connection(from_, onward_);
    if (!server_ && Clock::now() >= give_up_) {
        reset();
    }
}

void Pair::finish_connecting() {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(server_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error == 0) {
        connected_ = true;
    } else if (error == ECONNREFUSED && Clock::now() < give_up_) {
        server_ = Descriptor();
    } else {
        reset();
    }
}

void Pair::add_to(std::vector<pollfd>& all) const {
    const auto wanted = [](bool reads, bool writes) {
        return static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0));
    };
    const std::string& to_client = dialogue_.to_client();
    const std::string& to_server = dialogue_.to_server();
    const short client = connected_ ? wanted(!client_ended_ && to_server.size() < most_waiting, !to_client.empty())
                                    : static_cast<short>(0);
    const short server = connected_ ? wanted(!server_ended_ && to_client.size() < most_waiting, !to_server.empty())
                                    : static_cast<short>(POLLOUT);
    // poll() tells of broken connections whether asked to or not: of those where nothing is wanted nothing is heard.
    all.push_back({client ? client_.get() : -1, client, 0});
    all.push_back({server ? server_.get() : -1, server, 0});
}

void Pair::serve(const pollfd* events) {
    if (!server_) {
        connect();
        return;
    }
    if (!connected_) {
        if (events[1].revents != 0) {
            finish_connecting();
        }
        return;
    }
    constexpr short readable = POLLIN | POLLHUP | POLLERR;
    // The server first: what it said before it heard of the client's end is on its way already.
    if (!server_ended_ && (events[1].revents & readable) != 0) {
        read_server();
    }
    if (!done_ && !client_ended_ && (events[0].revents & readable) != 0) {
        read_client();
    }
    if (!done_) {
        write_all();
    }
}

void Pair::read_client() {
    std::string octets;
    switch (read_some(client_, octets)) {
        case Read::octets:
            dialogue_.from_client(octets);
            break;
        case Read::end:
            client_ended_ = true;
            dialogue_.client_ended();
            break;
        case Read::broken:
            if (wire_.keeps_server_waiting) {
                client_ended_ = true;
            } else {
                reset();
            }
            break;
        case Read::nothing:
            break;
    }
}

void Pair::read_server() {
    std::string octets;
    switch (read_some(server_, octets)) {
        case Read::octets:
            dialogue_.from_server(octets);
            break;
        case Read::end:
            server_ended_ = true;
            dialogue_.server_ended();
            break;
        case Read::broken:
            send_some(client_, dialogue_.to_client());
            reset();
            break;
        case Read::nothing:
            break;
    }
}

void Pair::write_all() {
    if (!send_some(client_, dialogue_.to_client())) {
        if (!wire_.keeps_server_waiting) {
            reset();
            return;
        }
        client_ended_ = true;
        dialogue_.to_client().clear();
    }
    if (!send_some(server_, dialogue_.to_server())) {
        // What the server said before it went is still to be read.
        dialogue_.to_server().clear();
        if (server_ended_) {
            reset();
            return;
        }
    }
    pass_on_ends();
}

void Pair::pass_on_ends() {
    if (dialogue_.closing() && dialogue_.to_client().empty()) {
        done_ = true;
        return;
    }
    if (client_ended_ && !told_server_ && dialogue_.to_server().empty() && !wire_.keeps_server_waiting) {
        told_server_ = true;
        ::shutdown(server_.get(), SHUT_WR);
    }
    if (server_ended_ && !told_client_ && dialogue_.to_client().empty() && !wire_.stays_open) {
        told_client_ = true;
        ::shutdown(client_.get(), SHUT_WR);
    }
    done_ = client_ended_ && server_ended_ && dialogue_.to_client().empty();
}

void Pair::reset() {
    reset_on_close(client_);
    if (server_) {
        reset_on_close(server_);
    }
    done_ = true;
}

}  // namespace smtpspec::meddler
