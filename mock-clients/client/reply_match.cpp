#include "client/reply_match.h"

#include "client/expression.h"
#include "client/text.h"
#include "script/digest.h"

#include <algorithm>

#include <strings.h>

namespace smtpspec::client {

namespace {

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
// C++20 has no need of it, clang 14 has.
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

std::string joined_text(const Reply& reply) {
    std::string result;
    for (const std::string& line : reply.lines) result += (&line == &reply.lines.front() ? "" : "\n") + line;
    return result;
}

bool part_fits(const std::string& pattern, const std::string& part) {
    return pattern == "*" || pattern == part;
}

bool enhanced_fits(const std::string& pattern, const EnhancedCode& code) {
    const auto first = pattern.find('.');
    const auto second = pattern.find('.', first + 1);
    if (first == std::string::npos || second == std::string::npos) return false;
    return part_fits(pattern.substr(0, first), code.status_class) &&
           part_fits(pattern.substr(first + 1, second - first - 1), code.subject) &&
           part_fits(pattern.substr(second + 1), code.detail);
}

std::optional<std::string> enhanced_difference(const std::string& wanted, const Reply& reply) {
    std::optional<std::string> common;
    for (const std::string& line : reply.lines) {
        const auto code = enhanced_code(line);
        if (wanted == "none") {
            if (code) return "there is an enhanced status code";
            continue;
        }
        if (!code)
            return reply.lines.size() == 1 ? "there is no enhanced status code" : "a line has no enhanced status code";
        if (code->status_class != reply.code.substr(0, 1))
            return "the class of " + code->text() + " contradicts " + reply.code;
        if (wanted != "*" && !enhanced_fits(wanted, *code)) return "the enhanced status code is " + code->text();
        if (common && *common != code->text()) return "the lines have different enhanced status codes";
        common = code->text();
    }
    return std::nullopt;
}

bool matches(const script::Pattern& pattern, const std::string& text, const PatternText& expression) {
    return Expression(expression(pattern), pattern.ignore_case).found_in(text) != pattern.negated;
}

std::optional<std::string> keyword_difference(const script::KeywordClause& clause, const Reply& reply,
                                              const PatternText& expression) {
    const auto parameters = offered_parameters(reply, clause.keyword);
    if (!clause.present) return parameters ? std::optional(clause.keyword + " is offered") : std::nullopt;
    if (!parameters) return clause.keyword + " is not offered";
    if (clause.parameters && !matches(*clause.parameters, *parameters, expression)) {
        return clause.keyword + " is offered with \"" + readable(*parameters) + "\"";
    }
    return std::nullopt;
}

std::string all_of(const std::vector<std::string>& texts) {
    std::string result;
    for (const std::string& text : texts) result += (result.empty() ? "" : ", ") + text;
    return result;
}

std::string description(const script::Pattern& pattern) {
    return (pattern.negated ? "not matching /" : "matching /") + pattern.expression.raw + "/" +
           (pattern.ignore_case ? "i" : "");
}

std::string description(const script::ReplyPattern& pattern) {
    std::string result = pattern.code;
    if (pattern.enhanced) {
        result += *pattern.enhanced == "*"      ? " enhanced"
                  : *pattern.enhanced == "none" ? " no enhanced"
                                                : " " + *pattern.enhanced;
    }
    for (const auto& clause : pattern.keywords) {
        result += (clause.present ? " with " : " without ") + clause.keyword;
        if (clause.parameters) result += " " + description(*clause.parameters);
    }
    for (const auto& text : pattern.text) result += " text " + description(text);
    for (const auto& raw : pattern.raw) result += " raw " + description(raw);
    for (const auto& decoded : pattern.decoded) result += " decoded " + description(decoded);
    if (pattern.line_count == script::LineCount::exactly) result += " lines " + std::to_string(pattern.lines);
    if (pattern.line_count == script::LineCount::more_than) result += " lines >" + std::to_string(pattern.lines);
    return result;
}

std::string description(const script::Alternative& alternative) {
    return std::visit(Overloaded{[](const script::ReplyPattern& pattern) { return description(pattern); },
                                 [](const script::ConnectionClosed& end) {
                                     return std::string(end.with_alert ? "closed with alert" : "closed");
                                 },
                                 [](const script::ConnectionReset&) { return std::string("reset"); },
                                 [](const script::StillOpen&) { return std::string("still open"); }},
                      alternative);
}

std::string description(const Reply& reply) {
    // The last line end says nothing to a reader; all others are part of what came.
    std::string_view raw = reply.raw;
    if (raw.ends_with("\r\n")) raw.remove_suffix(2);
    return readable(raw);
}

/// Nothing: holds. An empty text: cannot be told more than what was heard.
std::optional<std::string> difference(const script::Alternative& alternative, const Heard& heard,
                                      const PatternText& expression) {
    using Kind = Heard::Kind;
    const auto unless = [](bool holds) { return holds ? std::nullopt : std::optional<std::string>(""); };
    return std::visit(Overloaded{[&](const script::ReplyPattern& pattern) {
                                     return heard.kind == Kind::reply ? difference(pattern, heard.reply, expression)
                                                                      : unless(false);
                                 },
                                 [&](const script::ConnectionClosed& end) {
                                     if (end.with_alert) return unless(heard.kind == Kind::closed && heard.with_alert);
                                     return unless(heard.kind == Kind::closed || heard.kind == Kind::reset);
                                 },
                                 [&](const script::ConnectionReset&) { return unless(heard.kind == Kind::reset); },
                                 [&](const script::StillOpen&) { return unless(heard.kind == Kind::stays_open); }},
                      alternative);
}

}  // namespace

bool code_fits(const std::string& pattern, const std::string& code) {
    if (code.size() != 3) return false;
    if (pattern == "any") return true;
    return pattern.size() == 3 && std::equal(pattern.begin(), pattern.end(), code.begin(),
                                             [](char wanted, char digit) { return wanted == 'x' || wanted == digit; });
}

std::optional<std::string> offered_parameters(const Reply& reply, const std::string& keyword) {
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        const std::string& line = reply.lines[i];
        const std::size_t end = std::min(line.find(' '), line.size());
        if (end == keyword.size() && ::strncasecmp(line.c_str(), keyword.c_str(), end) == 0) {
            return line.substr(std::min(end + 1, line.size()));
        }
    }
    return std::nullopt;
}

std::optional<std::string> difference(const script::ReplyPattern& pattern, const Reply& reply,
                                      const PatternText& expression) {
    if (!reply.violations.empty()) return "malformed reply: " + all_of(reply.violations);
    if (!code_fits(pattern.code, reply.code)) return "";
    if (pattern.enhanced) {
        if (auto why = enhanced_difference(*pattern.enhanced, reply)) return why;
    }
    for (const auto& clause : pattern.keywords) {
        if (auto why = keyword_difference(clause, reply, expression)) return why;
    }
    for (const auto& text : pattern.text) {
        if (!matches(text, joined_text(reply), expression)) return "the text is not " + description(text);
    }
    for (const auto& raw : pattern.raw) {
        if (!matches(raw, reply.raw, expression)) return "the octets are not " + description(raw);
    }
    for (const auto& wanted : pattern.decoded) {
        const auto octets = script::unbase64(joined_text(reply));
        if (!octets) return "the text is no base64";
        if (!matches(wanted, *octets, expression)) return "decoded it is " + readable(*octets);
    }
    const int count = static_cast<int>(reply.lines.size());
    const bool counted = pattern.line_count == script::LineCount::any ||
                         (pattern.line_count == script::LineCount::exactly && count == pattern.lines) ||
                         (pattern.line_count == script::LineCount::more_than && count > pattern.lines);
    if (!counted) return "the reply has " + std::to_string(count) + (count == 1 ? " line" : " lines");
    return std::nullopt;
}

std::optional<std::string> mismatch(const script::Expect& expect, const Heard& heard, const PatternText& expression) {
    if (expect.or_silent && heard.kind == Heard::Kind::nothing && heard.reply.raw.empty()) return std::nullopt;
    std::vector<std::string> reasons;
    for (const auto& alternative : expect.alternatives) {
        auto why = difference(alternative, heard, expression);
        if (!why) return std::nullopt;
        if (!why->empty() && std::find(reasons.begin(), reasons.end(), *why) == reasons.end()) reasons.push_back(*why);
    }
    std::string result = "expected " + description(expect) + "; got " + description(heard);
    if (!reasons.empty()) result += " (" + all_of(reasons) + ")";
    return result;
}

std::string description(const Heard& heard) {
    const std::string partial = heard.reply.raw.empty() ? "" : " after " + readable(heard.reply.raw);
    switch (heard.kind) {
        case Heard::Kind::reply:
            return description(heard.reply);
        case Heard::Kind::closed:
            return heard.with_alert ? "the end of the connection with an alert of TLS" : "the end of the connection";
        case Heard::Kind::reset:
            return "a reset of the connection";
        case Heard::Kind::nothing:
            return "nothing in time" + partial + heard.note;
        case Heard::Kind::too_long:
            return "a reply longer than 64 KiB, beginning " + readable(heard.reply.raw, 60);
        case Heard::Kind::garbled:
            return "octets that are no TLS";
        case Heard::Kind::refused:
            return "no connection: " + heard.note;
        case Heard::Kind::stays_open:
            return "an open connection";
    }
    return {};
}

std::string description(const script::Expect& expect) {
    std::string result;
    for (const auto& alternative : expect.alternatives) {
        result += (result.empty() ? "" : " or ") + description(alternative);
    }
    if (expect.or_silent) result += result.empty() ? "silent" : " or silent";
    if (expect.within) {
        const auto ms = expect.within->count();
        result += " within " + (ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms");
    }
    return result;
}

}  // namespace smtpspec::client
