#include "service/reception.h"

#include "net/descriptor_limit.h"
#include "net/lingering_close.h"
#include "net/stream_socket.h"
#include "service/smtp_conversation.h"

#include <algorithm>
#include <chrono>

#include <Poco/NumberFormatter.h>
#include <sys/socket.h>

namespace refserver::service {
namespace {

/// File descriptors that connections leave to the mail of those who are in: numbers are given from below, so that the
/// number of a new socket tells how many are in use.
bool leaves_descriptors_for_work(int newest) {
    constexpr std::uint64_t most_reserved = 128;
    const std::uint64_t limit = net::descriptor_limit();
    return static_cast<std::uint64_t>(newest) + std::min(most_reserved, limit / 4) < limit;
}

}  // namespace

struct Reception::Guest {
    net::Accepted connection;
    ConnectionOrigin origin;
    std::shared_ptr<net::ConnectionCap> cap;
};

Reception::Reception(net::EventLoops& loops, const Services& services)
    : loops_(loops),
      services_(services),
      run_(Poco::NumberFormatter::formatHex(static_cast<Poco::UInt64>(
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
              .count()))) {}

void Reception::receive(const OpenPort& port, net::Accepted accepted) {
    Guest guest{.connection = std::move(accepted), .origin = {}, .cap = port.cap};
    guest.origin.id = next_id();
    guest.origin.client = guest.connection.client;
    guest.origin.client_port = guest.connection.client_port;
    guest.origin.roles = port.plan.roles_at(guest.connection.server);
    guest.origin.implicit_tls = port.plan.implicit_tls;

    const auto configuration = services_.sources.configuration.get();
    const access::Client client = services_.sources.client(guest.origin.client);
    if (access::disconnect_at_once(configuration->rules, guest.origin.roles, client)) {
        const auto decision = access::outgoing_privileges(configuration->rules, guest.origin.roles, client);
        return turn_away(guest, "connection-disconnected", decision.rule,
                         "421 4.7.1 " + configuration->settings.general.primary_domain + " Access denied\r\n");
    }
    const std::string full =
        "421 4.3.2 " + configuration->settings.general.primary_domain + " Too many connections\r\n";
    if (!leaves_descriptors_for_work(guest.connection.socket.get())) {
        return turn_away(guest, "connection-refused", "no file descriptors", full);
    }
    if (auto slot = guest.cap->take()) return admit(std::move(guest), std::move(slot));

    // Somebody who has hung up already may still be counted, because that event waits in another loop.
    auto waiting = std::make_shared<Guest>(std::move(guest));
    loops_.after_all_have_looked([this, waiting, full] {
        if (auto slot = waiting->cap->take()) return admit(std::move(*waiting), std::move(slot));
        turn_away(*waiting, "connection-refused", "X5", full);
    });
}

void Reception::admit(Guest guest, net::ConnectionCap::Slot slot) {
    // What a task carries must be copyable.
    struct Admitted {
        Guest guest;
        net::ConnectionCap::Slot slot;
    };
    const std::size_t index = loops_.next();
    guest.origin.loop = index;
    auto admitted = std::make_shared<Admitted>(Admitted{std::move(guest), std::move(slot)});
    auto begin = [this, index, admitted] {
        net::Connection::start(loops_[index], std::move(admitted->guest.connection.socket), std::move(admitted->slot),
                               std::make_unique<SmtpConversation>(services_, admitted->guest.origin));
    };
    if (index == 0) return begin();
    loops_[index].post(std::move(begin));
}

void Reception::turn_away(Guest& guest, const std::string& event, std::string_view rule, const std::string& line) {
    LogFields all = fields(guest);
    all.emplace_back("rule", rule);
    services_.log.write(LogLevel::information, event, all);
    auto& socket = guest.connection.socket;
    // A line in clear would only break the handshake that the client of an implicit TLS port expects.
    if (!guest.origin.implicit_tls) {
        ::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    net::close_lingering(loops_.first(), net::stream_socket(std::move(socket)));
}

std::string Reception::next_id() {
    return run_ + "-" + std::to_string(++count_);
}

LogFields Reception::fields(const Guest& guest) const {
    return {{"connection", guest.origin.id},
            {"client", guest.origin.client.to_string()},
            {"client_port", std::to_string(guest.origin.client_port)}};
}

}  // namespace refserver::service
