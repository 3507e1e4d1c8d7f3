#include "sink/dns_zone.h"

#include "sink/names.h"

#include <array>
#include <charconv>
#include <stdexcept>

#include <arpa/inet.h>

namespace smtpspec::sink {

namespace {

constexpr std::string_view default_domain = "remote.example";

std::string plain(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return lower_case(name);
}

std::string address(int family, const std::string& text) {
    std::array<char, sizeof(in6_addr)> binary{};
    if (inet_pton(family, text.c_str(), binary.data()) != 1) throw std::invalid_argument("not an address: " + text);
    return {binary.data(), family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)};
}

/// "10 mx1.example"
std::string mail_exchanger(const std::string& text) {
    std::uint16_t preference = 0;
    const char* last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, preference);
    if (error != std::errc{} || end == last || *end != ' ')
        throw std::invalid_argument("not a preference and a host: " + text);
    std::string data;
    append_u16(data, preference);
    return data + encode_dns_name(std::string_view(end + 1, static_cast<std::size_t>(last - end - 1)));
}

DnsAnswer record(const std::string& name, const std::string& kind, const std::string& value) {
    if (kind == "A") return {name, DnsType::a, address(AF_INET, value)};
    if (kind == "AAAA") return {name, DnsType::aaaa, address(AF_INET6, value)};
    if (kind == "MX") return {name, DnsType::mx, mail_exchanger(value)};
    if (kind == "CNAME") return {name, DnsType::cname, encode_dns_name(value)};
    throw std::invalid_argument("unknown kind of record: " + kind);
}

/// The name that a CNAME's data holds; it was encoded here, so it is well-formed.
std::string target_of(const DnsAnswer& alias) {
    std::string name;
    for (std::size_t i = 0; alias.data[i] != '\0';) {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(alias.data[i]));
        if (!name.empty()) name += '.';
        name += alias.data.substr(i + 1, length);
        i += length + 1;
    }
    return lower_case(name);
}

}  // namespace

DnsZone::Name& DnsZone::told(const std::string& name) {
    return names_[plain(name)];
}

void DnsZone::add(const std::string& name, const std::string& kind, const std::string& value) {
    encode_dns_name(name);
    DnsAnswer answer = record(plain(name), kind, value);
    const std::lock_guard lock(mutex_);
    Name& entry = told(name);
    entry.code = DnsCode::no_error;
    entry.records.push_back(std::move(answer));
}

void DnsZone::fails(const std::string& name) {
    const std::lock_guard lock(mutex_);
    told(name) = {DnsCode::server_failure, {}};
}

void DnsZone::does_not_exist(const std::string& name) {
    const std::lock_guard lock(mutex_);
    told(name) = {DnsCode::no_such_name, {}};
}

void DnsZone::forget(const std::string& domain) {
    const std::string gone = plain(domain);
    const std::lock_guard lock(mutex_);
    std::erase_if(names_, [&](const auto& entry) { return is_at_or_below(entry.first, gone); });
}

DnsZone::Name DnsZone::known(const std::string& name) const {
    if (const auto found = names_.find(name); found != names_.end()) return found->second;
    if (!is_at_or_below(name, default_domain)) return {DnsCode::no_such_name, {}};
    return {DnsCode::no_error, {record(name, "A", "127.0.0.2")}};
}

DnsReply DnsZone::lookup(const std::string& asked, std::uint16_t type) const {
    constexpr int longest_chain = 8;
    const std::lock_guard lock(mutex_);
    DnsReply reply;
    std::string name = asked;
    for (int i = 0; i < longest_chain; ++i) {
        const Name found = known(name);
        reply.code = found.code;
        const DnsAnswer* alias = nullptr;
        for (const DnsAnswer& answer : found.records) {
            if (static_cast<std::uint16_t>(answer.type) == type) {
                reply.answers.push_back(answer);
            } else if (answer.type == DnsType::cname) {
                alias = &answer;
            }
        }
        if (!alias) return reply;
        reply.answers.push_back(*alias);
        name = target_of(*alias);
    }
    // A chain that bites its tail.
    return {DnsCode::server_failure, {}};
}

}  // namespace smtpspec::sink
