#include "sink/dns_message.h"

#include "sink/names.h"

#include <algorithm>
#include <stdexcept>

namespace smtpspec::sink {

namespace {

constexpr std::size_t header_size = 12;
constexpr std::uint16_t is_reply = 0x8000;
constexpr std::uint16_t opcode_bits = 0x7800;
constexpr std::uint16_t authoritative = 0x0400;
constexpr std::uint16_t truncated = 0x0200;
constexpr std::uint16_t recursion_desired = 0x0100;
constexpr std::uint16_t recursion_available = 0x0080;
constexpr std::uint16_t class_in = 1;
/// Nothing is worth keeping: names are told anew for each case.
constexpr std::uint32_t time_to_live = 0;
constexpr std::uint16_t largest_udp = 1232;

std::uint16_t u16_at(std::string_view octets, std::size_t offset) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(octets[offset]) << 8 |
                                      static_cast<unsigned char>(octets[offset + 1]));
}

/// Reads a name without compression, which a question has no use for; moves `offset` behind it.
std::optional<std::string> read_name(std::string_view octets, std::size_t& offset) {
    std::string name;
    while (offset < octets.size()) {
        const std::size_t length = static_cast<unsigned char>(octets[offset++]);
        if (length == 0) return name;
        if (length > 63 || offset + length > octets.size() || name.size() + length > 253) return std::nullopt;
        if (!name.empty()) name += '.';
        name += lower_case(octets.substr(offset, length));
        offset += length;
    }
    return std::nullopt;
}

/// Looks for OPT, which a client puts first in the additional section of a query that has nothing else.
void read_opt(std::string_view octets, std::size_t offset, DnsQuestion& question) {
    constexpr std::size_t opt_size = 11;
    if (octets.size() < offset + opt_size || octets[offset] != '\0') return;
    if (u16_at(octets, offset + 1) != static_cast<std::uint16_t>(DnsType::opt)) return;
    question.extended = true;
    question.udp_limit = std::clamp<std::size_t>(u16_at(octets, offset + 3), 512, largest_udp);
}

std::string header(std::uint16_t id, std::uint16_t flags, std::size_t questions, std::size_t answers,
                   std::size_t additional) {
    std::string result;
    append_u16(result, id);
    append_u16(result, flags);
    append_u16(result, static_cast<std::uint16_t>(questions));
    append_u16(result, static_cast<std::uint16_t>(answers));
    append_u16(result, 0);
    append_u16(result, static_cast<std::uint16_t>(additional));
    return result;
}

void append_record(std::string& message, const DnsAnswer& answer) {
    message += encode_dns_name(answer.name);
    append_u16(message, static_cast<std::uint16_t>(answer.type));
    append_u16(message, class_in);
    append_u16(message, static_cast<std::uint16_t>(time_to_live >> 16));
    append_u16(message, static_cast<std::uint16_t>(time_to_live & 0xFFFF));
    append_u16(message, static_cast<std::uint16_t>(answer.data.size()));
    message += answer.data;
}

void append_opt(std::string& message) {
    message += '\0';
    append_u16(message, static_cast<std::uint16_t>(DnsType::opt));
    append_u16(message, largest_udp);
    message.append(6, '\0');
}

}  // namespace

void append_u16(std::string& octets, std::uint16_t value) {
    octets += static_cast<char>(value >> 8);
    octets += static_cast<char>(value & 0xFF);
}

std::optional<ParsedDnsQuery> parse_dns_query(std::string_view octets) {
    if (octets.size() < header_size || (u16_at(octets, 2) & is_reply) != 0) return std::nullopt;
    ParsedDnsQuery result;
    if ((u16_at(octets, 2) & opcode_bits) != 0) {
        result.problem = DnsCode::not_implemented;
        return result;
    }
    result.problem = DnsCode::format_error;
    if (u16_at(octets, 4) != 1) return result;
    std::size_t offset = header_size;
    const auto name = read_name(octets, offset);
    if (!name || offset + 4 > octets.size()) return result;
    DnsQuestion question;
    question.id = u16_at(octets, 0);
    question.recursion_desired = (u16_at(octets, 2) & recursion_desired) != 0;
    question.name = *name;
    question.type = u16_at(octets, offset);
    question.classification = u16_at(octets, offset + 2);
    offset += 4;
    question.encoded = octets.substr(header_size, offset - header_size);
    if (u16_at(octets, 10) > 0) read_opt(octets, offset, question);
    if (question.classification != class_in) {
        result.problem = DnsCode::refused;
        return result;
    }
    result.problem = DnsCode::no_error;
    result.question = std::move(question);
    return result;
}

std::string encode_dns_reply(const DnsQuestion& question, const DnsReply& reply, std::size_t limit) {
    const auto flags = static_cast<std::uint16_t>(is_reply | authoritative | recursion_available |
                                                  (question.recursion_desired ? recursion_desired : 0) |
                                                  static_cast<std::uint16_t>(reply.code));
    std::string message =
        header(question.id, flags, 1, reply.answers.size(), question.extended ? 1 : 0) + question.encoded;
    for (const DnsAnswer& answer : reply.answers) append_record(message, answer);
    if (question.extended) append_opt(message);
    if (message.size() <= limit) return message;
    message = header(question.id, flags | truncated, 1, 0, question.extended ? 1 : 0) + question.encoded;
    if (question.extended) append_opt(message);
    return message;
}

std::string encode_dns_problem(std::string_view query, DnsCode code) {
    const auto flags = static_cast<std::uint16_t>(is_reply | (u16_at(query, 2) & (opcode_bits | recursion_desired)) |
                                                  static_cast<std::uint16_t>(code));
    return header(u16_at(query, 0), flags, 0, 0, 0);
}

std::string encode_dns_name(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    std::string result;
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        if (dot == 0 || dot > 63 || dot + 1 == name.size()) throw std::invalid_argument("not a domain name");
        result += static_cast<char>(dot);
        result += name.substr(0, dot);
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    if (result.size() > 254) throw std::invalid_argument("not a domain name");
    return result + '\0';
}

}  // namespace smtpspec::sink
