#include "meddler/meddler.h"

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <system_error>

#include <sys/socket.h>

namespace smtpspec::meddler {
namespace {

/// As long as a suite waits for a server to begin, and longer than one takes to move to another address.
constexpr std::chrono::milliseconds patience{10000};
/// Between two attempts at a server that is starting.
constexpr int between_attempts = 3;

}  // namespace

void Meddler::listen(const std::vector<Detour::Listener>& wanted) {
    // The new ones first: where only the address changes no moment passes without a listener.
    for (const Detour::Listener& it : wanted) {
        if (std::any_of(listeners_.begin(), listeners_.end(), [&](const Open& open) { return open.where == it; })) {
            continue;
        }
        try {
            Descriptor socket = bound_to(it.at);
            if (::listen(socket.get(), SOMAXCONN) != 0) {
                throw std::system_error(errno, std::generic_category(),
                                        "listen on " + it.at.text() + " port " + std::to_string(it.at.port()));
            }
            listeners_.push_back({it, std::move(socket)});
        } catch (const std::system_error& error) {
            if (error.code() == std::errc::address_in_use) {
                throw;
            }
        }
    }
    listeners_.remove_if(
        [&](const Open& open) { return std::find(wanted.begin(), wanted.end(), open.where) == wanted.end(); });
}

int Meddler::add_to(std::vector<pollfd>& all) const {
    bool refused = false;
    for (const Pair& pair : pairs_) {
        pair.add_to(all);
        refused = refused || pair.refused();
    }
    for (const Open& open : listeners_) {
        all.push_back({open.socket.get(), POLLIN, 0});
    }
    return refused ? between_attempts : -1;
}

void Meddler::serve(const pollfd* events) {
    // Those who are there before those who come: a connection that has ended makes room for the next one.
    for (Pair& pair : pairs_) {
        pair.serve(events);
        events += 2;
    }
    pairs_.remove_if([](const Pair& pair) { return pair.done(); });
    for (const Open& open : listeners_) {
        if (events++->revents != 0) {
            accept(open);
        }
    }
}

void Meddler::accept(const Open& open) {
    Descriptor client(::accept4(open.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!client) {
        return;
    }
    const bool meddles = fault_.side == open.where.side;
    const WireChanges wire = meddles ? fault_.wire : WireChanges{};
    Dialogue dialogue(meddles && fault_.changes ? fault_.changes() : Changes{});
    if (open.where.implicit_tls) {
        dialogue.be_blind();
    }
    try {
        const Address onward = Address::local_of(client.get()).with_port(open.where.onward);
        Address from = Address::peer_of(client.get());
        if (wire.hides_client && from.family() == AF_INET) {
            from = listen_addresses("127.0.0.1", 0).front();
        }
        // A next hop that is down is down: only a server may be about to start.
        const auto wait = open.where.side == Side::clients ? patience : std::chrono::milliseconds{0};
        pairs_.emplace_back(std::move(client), from, onward, std::move(dialogue), wire, wait);
    } catch (const std::system_error& error) {
        std::cerr << "smtp-meddler: " << error.what() << "\n";
    }
}

}  // namespace smtpspec::meddler
