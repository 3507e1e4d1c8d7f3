#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a DNS server answered to one question (RFC 1035), as far as mail needs it.
namespace refserver::outgoing_mail {

enum class RecordType : std::uint16_t { a = 1, cname = 5, mx = 15, aaaa = 28 };

struct DnsRecord {
    std::string owner;  ///< lower case, without final dot
    RecordType type{};
    std::uint16_t preference = 0;  ///< MX
    std::string value;             ///< a name as `owner`, or the text of an address; empty: the root
    bool operator==(const DnsRecord&) const = default;
};

/// The answer section's records of these types; others are passed over. Nothing when the message is malformed.
std::optional<std::vector<DnsRecord>> parse_dns_answer(std::string_view message);

struct DnsStep {
    std::vector<DnsRecord> records;  ///< of the type asked for
    std::string alias;               ///< where the CNAMEs of the answer lead, when they lead to no such record
};
/// Follows the aliases within an answer, from `name` (RFC 1034 §3.6.2). A circle leads nowhere.
DnsStep follow_aliases(const std::vector<DnsRecord>& answer, const std::string& name, RecordType wanted);

}  // namespace refserver::outgoing_mail
