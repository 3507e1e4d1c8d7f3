#include "client/reply.h"

#include <algorithm>

namespace smtpspec::client {

namespace {

constexpr std::size_t longest_line = 512;              // RFC 5321 §4.5.3.1.5, CR LF included
constexpr std::size_t longest_challenge_line = 12288;  // RFC 4954 §4: 334 carries a challenge of any mechanism

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::string take_number(std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && length < 3 && is_digit(text[length])) ++length;
    std::string result(text.substr(0, length));
    text.remove_prefix(length);
    return result;
}

bool take_dot(std::string_view& text) {
    if (text.empty() || text.front() != '.') return false;
    text.remove_prefix(1);
    return true;
}

/// Octets of the UTF-8 sequence at the start, 0 if it is none.
std::size_t utf8_sequence(std::string_view text) {
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t length = 0;
    if (first >= 0xC2 && first <= 0xDF) length = 2;
    if (first >= 0xE0 && first <= 0xEF) length = 3;
    if (first >= 0xF0 && first <= 0xF4) length = 4;
    if (length == 0 || text.size() < length) return 0;
    const auto second = static_cast<unsigned char>(text[1]);
    const bool overlong_or_beyond = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                                    (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    if (overlong_or_beyond) return 0;
    const bool continued = std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; });
    return continued ? length : 0;
}

bool is_code(std::string_view octets) {
    return octets.size() >= 3 && is_digit(octets[0]) && is_digit(octets[1]) && is_digit(octets[2]);
}

}  // namespace

std::optional<EnhancedCode> enhanced_code(std::string_view text) {
    EnhancedCode code;
    if (text.empty() || (text[0] != '2' && text[0] != '4' && text[0] != '5')) return std::nullopt;
    code.status_class = text.substr(0, 1);
    text.remove_prefix(1);
    if (!take_dot(text)) return std::nullopt;
    code.subject = take_number(text);
    if (code.subject.empty() || !take_dot(text)) return std::nullopt;
    code.detail = take_number(text);
    if (code.detail.empty() || (!text.empty() && text.front() != ' ')) return std::nullopt;
    return code;
}

void ReplyBuilder::violation(const std::string& what) {
    // One of each kind tells enough, and keeps a hostile reply from growing in memory.
    const std::string where = "line " + std::to_string(reply_.lines.size() + 1) + ": " + what;
    if (reply_.violations.size() < 8) reply_.violations.push_back(where);
}

bool ReplyBuilder::add(const Line& line) {
    const std::string_view octets = line.octets;
    if (line.terminator == Terminator::none) violation("the connection ended before the line did");
    if (line.terminator == Terminator::lf) violation("ends in LF without CR");
    const std::size_t limit = octets.starts_with("334") ? longest_challenge_line : longest_line;
    if (octets.size() + 2 > limit) violation("has " + std::to_string(octets.size() + 2) + " octets, more than 512");
    check_code(octets);
    const bool more = is_code(octets) && octets.size() > 3 && octets[3] == '-' && line.terminator != Terminator::none;
    const std::string_view text = is_code(octets) ? octets.substr(std::min<std::size_t>(4, octets.size())) : octets;
    check_text(text);
    reply_.lines.emplace_back(text);
    reply_.raw += octets;
    if (line.terminator == Terminator::crlf) reply_.raw += "\r\n";
    if (line.terminator == Terminator::lf) reply_.raw += "\n";
    return !more;
}

void ReplyBuilder::check_code(std::string_view octets) {
    if (!is_code(octets)) {
        violation("does not begin with a reply code");
        return;
    }
    const std::string code(octets.substr(0, 3));
    if (code[0] < '2' || code[0] > '5' || code[1] > '5') violation("reply code " + code + " is out of range");
    if (octets.size() > 3 && octets[3] != ' ' && octets[3] != '-') {
        violation("neither a space nor a hyphen follows the code");
    }
    if (reply_.lines.empty()) {
        reply_.code = code;
    } else if (code != reply_.code) {
        violation("reply code " + code + " after " + (reply_.code.empty() ? "a line without one" : reply_.code));
    }
}

void ReplyBuilder::check_text(std::string_view text) {
    while (!text.empty()) {
        const char c = text.front();
        std::size_t length = c == '\t' || (c >= ' ' && c <= '~') ? 1 : 0;
        if (length == 0 && utf8_) length = utf8_sequence(text);
        if (length == 0) {
            violation("the text holds octet " + std::to_string(static_cast<unsigned char>(c)));
            return;
        }
        text.remove_prefix(length);
    }
}

namespace {

/// What a server that speaks TLS says to a client that does not, before it closes: not a reply to judge.
bool is_tls_alert(const Line& line) {
    constexpr std::string_view alert_record{"\x15\x03", 2};
    return line.octets.starts_with(alert_record) && line.octets.size() <= 7;
}

}  // namespace

Heard hear_reply(Wire& wire, bool utf8, const Patience& patience) {
    ReplyBuilder builder(utf8);
    Heard heard;
    while (true) {
        Line line;
        const std::size_t left = longest_reply - std::min(longest_reply, builder.reply().raw.size());
        switch (wire.read_line(line, left, patience)) {
            case Input::line:
                if (is_tls_alert(line) || !builder.add(line)) continue;
                heard.kind = Heard::Kind::reply;
                break;
            case Input::closed:
                heard.kind = Heard::Kind::closed;
                heard.with_alert = wire.had_close_alert();
                break;
            case Input::reset:
                heard.kind = Heard::Kind::reset;
                break;
            case Input::late:
                heard.kind = Heard::Kind::nothing;
                break;
            case Input::too_long:
                heard.kind = Heard::Kind::too_long;
                break;
            case Input::garbled:
                heard.kind = Heard::Kind::garbled;
                break;
        }
        const bool ended = heard.kind == Heard::Kind::closed || heard.kind == Heard::Kind::reset;
        if (ended && !builder.empty()) {
            builder.cut_off("the connection ended in the middle of a reply");
            heard.kind = Heard::Kind::reply;
        }
        heard.reply = builder.take();
        if (heard.kind == Heard::Kind::nothing || heard.kind == Heard::Kind::too_long) {
            heard.reply.raw += wire.unread().substr(0, left);
        }
        return heard;
    }
}

}  // namespace smtpspec::client
