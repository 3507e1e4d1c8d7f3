#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::sink {

/// Types and codes of RFC 1035 §3.2.2 and §4.1.1, as far as they are needed.
enum class DnsType : std::uint16_t { a = 1, cname = 5, mx = 15, aaaa = 28, opt = 41 };
enum class DnsCode : std::uint8_t {
    no_error = 0,
    format_error = 1,
    server_failure = 2,
    no_such_name = 3,
    not_implemented = 4,
    refused = 5
};

struct DnsQuestion {
    std::uint16_t id = 0;
    bool recursion_desired = false;
    std::string name;  ///< lower case, without a final dot; the root is empty
    std::uint16_t type = 0;
    std::uint16_t classification = 0;
    std::string encoded;          ///< the question as it came
    bool extended = false;        ///< there is an OPT record (RFC 6891)
    std::size_t udp_limit = 512;  ///< octets that the client takes by UDP
};

struct DnsAnswer {
    std::string name;
    DnsType type;
    std::string data;  ///< in wire form
};

struct DnsReply {
    DnsCode code = DnsCode::no_error;
    std::vector<DnsAnswer> answers;
};

struct ParsedDnsQuery {
    std::optional<DnsQuestion> question;
    DnsCode problem = DnsCode::no_error;  ///< without a question: what to say
};

/// Nothing: not even a header, or itself a reply; it gets no answer.
std::optional<ParsedDnsQuery> parse_dns_query(std::string_view octets);

/// The reply in wire form. With a limit, one that is longer is sent without answers and marked as cut.
std::string encode_dns_reply(const DnsQuestion&, const DnsReply&, std::size_t limit);

/// A reply to what has no question that could be read.
std::string encode_dns_problem(std::string_view query, DnsCode);

/// A name in wire form. Throws std::invalid_argument if it is none.
std::string encode_dns_name(std::string_view name);

void append_u16(std::string&, std::uint16_t);

}  // namespace smtpspec::sink
