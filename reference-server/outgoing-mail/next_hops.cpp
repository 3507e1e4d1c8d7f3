#include "outgoing-mail/next_hops.h"

#include "outgoing-mail/smtp_text.h"

#include <memory>

#include <Poco/Net/SocketAddress.h>
#include <arpa/inet.h>
#include <netdb.h>

namespace refserver::outgoing_mail {

namespace {

Addresses system_addresses(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
    // Also when there is no such host: the settings name it, so it is they that are wrong, and no mail is to suffer for
    // it.
    if (error != 0) return Result{Outcome::temporary, host + ": " + ::gai_strerror(error), "4.4.3", {}, false};
    std::vector<Poco::Net::IPAddress> addresses;
    for (const auto* a = found; a; a = a->ai_next)
        addresses.push_back(Poco::Net::SocketAddress(a->ai_addr, a->ai_addrlen).host());
    return addresses;
}

}  // namespace

std::optional<Poco::Net::IPAddress> parse_address(const std::string& text) {
    std::string address = text;
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (lower(address).starts_with("ipv6:")) address.erase(0, 5);
    in6_addr octets;
    if (::inet_pton(AF_INET, address.c_str(), &octets) == 1) return Poco::Net::IPAddress(&octets, sizeof(in_addr));
    if (::inet_pton(AF_INET6, address.c_str(), &octets) == 1) return Poco::Net::IPAddress(&octets, sizeof octets);
    return std::nullopt;
}

NextHops::NextHops(const settings::Settings& settings, const StopSignal& stop) : settings_(settings), stop_(stop) {}

std::uint16_t NextHops::port() const {
    const auto& mail = settings_.outgoing_mail;
    return mail.mode == settings::OutgoingMode::relay ? mail.relay_port : mail.mx_port;
}

Hosts NextHops::hosts(const std::string&) const {
    return std::vector{settings_.outgoing_mail.relay_host};
}

Addresses NextHops::addresses(const std::string& host) const {
    if (const auto address = parse_address(host)) return std::vector{*address};
    return system_addresses(host);
}

}  // namespace refserver::outgoing_mail
