#include "outgoing-mail/tiny_dns_test.h"

#include "outgoing-mail/smtp_text.h"

#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::outgoing_mail::testing {

namespace {

std::string number(unsigned n) {
    return {static_cast<char>(n >> 8), static_cast<char>(n)};
}

std::string encode_name(const std::string& name) {
    std::string out;
    for (std::size_t at = 0; at < name.size();) {
        const auto end = std::min(name.find('.', at), name.size());
        out += static_cast<char>(end - at) + name.substr(at, end - at);
        at = end + 1;
    }
    return out + '\0';
}

std::string encode_data(const DnsRecord& record) {
    char octets[16];
    switch (record.type) {
        case RecordType::a:
            ::inet_pton(AF_INET, record.value.c_str(), octets);
            return {octets, 4};
        case RecordType::aaaa:
            ::inet_pton(AF_INET6, record.value.c_str(), octets);
            return {octets, 16};
        case RecordType::mx:
            return number(record.preference) + encode_name(record.value);
        case RecordType::cname:
            return encode_name(record.value);
    }
    return {};
}

}  // namespace

std::string dns_message(const std::string& name, RecordType type, int response_code,
                        const std::vector<DnsRecord>& answer, std::uint16_t id) {
    std::string out = number(id) + number(0x8180u | static_cast<unsigned>(response_code)) + number(1) +
                      number(static_cast<unsigned>(answer.size())) + number(0) + number(0);
    out += encode_name(name) + number(static_cast<unsigned>(type)) + number(1);
    for (const auto& record : answer) {
        const auto data = encode_data(record);
        out += encode_name(record.owner) + number(static_cast<unsigned>(record.type)) + number(1) + number(0) +
               number(60) + number(static_cast<unsigned>(data.size())) + data;
    }
    return out;
}

TinyDns::TinyDns(std::map<std::string, Entry> zone) : zone_(std::move(zone)) {
    socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof name;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&name), length) != 0)
        throw std::runtime_error("no port for the DNS server");
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&name), &length);
    port_ = ntohs(name.sin_port);
    thread_ = std::thread([this] { serve(); });
}

TinyDns::~TinyDns() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
}

void TinyDns::serve() {
    while (true) {
        char buffer[512];
        sockaddr_in from{};
        socklen_t length = sizeof from;
        const auto n = ::recvfrom(socket_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &length);
        if (n < 17) return;
        const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(buffer[at]); };
        std::string name;
        std::size_t at = 12;
        while (octet(at) != 0) {
            name += (name.empty() ? "" : ".") + std::string(buffer + at + 1, octet(at));
            at += octet(at) + 1u;
        }
        const unsigned type = octet(at + 1) * 256u + octet(at + 2);
        const auto found = zone_.find(lower(name) + ' ' + std::to_string(type));
        const auto entry = found == zone_.end() ? Entry{3, {}} : found->second;
        const auto reply = dns_message(name, static_cast<RecordType>(type), entry.response_code, entry.answer,
                                       static_cast<std::uint16_t>(octet(0) * 256u + octet(1)));
        ::sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
    }
}

}  // namespace refserver::outgoing_mail::testing
