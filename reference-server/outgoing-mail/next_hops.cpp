#include "outgoing-mail/next_hops.h"

#include "outgoing-mail/domain_name.h"
#include "outgoing-mail/smtp_text.h"

#include <memory>
#include <random>

#include <Poco/Net/SocketAddress.h>
#include <arpa/inet.h>
#include <netdb.h>

namespace refserver::outgoing_mail {

namespace {

Addresses system_addresses(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
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
    const bool literal = address.size() >= 2 && address.front() == '[' && address.back() == ']';
    if (literal) address = address.substr(1, address.size() - 2);
    const bool tagged = literal && lower(address).starts_with("ipv6:");
    if (tagged) address.erase(0, 5);
    in6_addr octets;
    if (!tagged && ::inet_pton(AF_INET, address.c_str(), &octets) == 1)
        return Poco::Net::IPAddress(&octets, sizeof(in_addr));
    if (tagged == literal && ::inet_pton(AF_INET6, address.c_str(), &octets) == 1)
        return Poco::Net::IPAddress(&octets, sizeof octets);
    return std::nullopt;
}

NextHops::NextHops(const settings::Settings& settings, const StopSignal& stop) : settings_(settings), stop_(stop) {}

std::uint16_t NextHops::port() const {
    const auto& mail = settings_.outgoing_mail;
    return mail.mode == settings::OutgoingMode::relay ? mail.relay_port : mail.mx_port;
}

Lookup NextHops::find(const std::string& name, RecordType type) {
    try {
        if (!resolver_) resolver_ = std::make_unique<Resolver>(settings_.outgoing_mail.dns_hosts, stop_);
        return resolver_->find(name, type);
    } catch (const std::exception& e) {
        return {Lookup::Status::failed, {}, e.what()};
    }
}

Hosts NextHops::hosts(const std::string& domain) {
    const auto& mail = settings_.outgoing_mail;
    if (mail.mode == settings::OutgoingMode::relay) return std::vector{mail.relay_host};
    if (parse_address(domain)) return std::vector{domain};
    if (domain.empty() || domain.front() == '[')
        return Result{Outcome::permanent, "not a mail domain: " + domain, "5.1.2", {}, false};
    const auto name = to_ascii_domain(domain);
    if (!name) return Result{Outcome::permanent, "not a mail domain: not UTF-8", "5.1.2", {}, false};
    const auto mx = find(*name, RecordType::mx);
    from_mx_ = mx.status == Lookup::Status::found;
    return choose_hosts(*name, mx, settings_.general.primary_domain, std::random_device{}());
}

Addresses NextHops::addresses(const std::string& host) {
    if (const auto address = parse_address(host)) return std::vector{*address};
    if (settings_.outgoing_mail.mode == settings::OutgoingMode::relay) return system_addresses(host);
    const auto v4 = find(host, RecordType::a);
    const auto v6 = find(host, RecordType::aaaa);
    std::vector<Poco::Net::IPAddress> addresses;
    for (const auto* lookup : {&v4, &v6}) {
        for (const auto& record : lookup->records) addresses.push_back(*parse_address(record.value));
    }
    if (addresses.empty()) return no_address(host, from_mx_, v4, v6);
    return addresses;
}

}  // namespace refserver::outgoing_mail
