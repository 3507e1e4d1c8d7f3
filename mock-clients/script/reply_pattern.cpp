#include "script/reply_pattern.h"

#include <algorithm>
#include <array>
#include <vector>

namespace smtpspec::script {

namespace {

bool digit(char c) {
    return c >= '0' && c <= '9';
}

/// RFC 5321 §4.2: Reply-code = %x32-35 %x30-35 %x30-39, `x` standing for any of them.
bool reply_code(std::string_view word) {
    return word == "any" ||
           (word.size() == 3 && ((word[0] >= '2' && word[0] <= '5') || word[0] == 'x') &&
            ((word[1] >= '0' && word[1] <= '5') || word[1] == 'x') && (digit(word[2]) || word[2] == 'x'));
}

/// RFC 3463 §2: class "." subject "." detail, the last two of one to three digits; `*` for one of them.
bool enhanced_code(std::string_view word) {
    if (word.size() < 5 || word[1] != '.' || (word[0] != '2' && word[0] != '4' && word[0] != '5' && word[0] != '*')) {
        return false;
    }
    const std::size_t dot = word.find('.', 2);
    if (dot == std::string_view::npos) return false;
    const auto part = [](std::string_view text) {
        return text == "*" || (!text.empty() && text.size() <= 3 && std::all_of(text.begin(), text.end(), digit));
    };
    return part(word.substr(2, dot - 2)) && part(word.substr(dot + 1));
}

bool looks_like_enhanced_code(std::string_view word) {
    return !word.empty() && (digit(word[0]) || word[0] == '*') && word.find('.') != std::string_view::npos;
}

/// RFC 5321 §4.1.1.1: ehlo-keyword.
bool ehlo_keyword(std::string_view word) {
    const auto alphanumeric = [](char c) { return digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
    return !word.empty() && alphanumeric(word[0]) &&
           std::all_of(word.begin(), word.end(), [&](char c) { return alphanumeric(c) || c == '-' || c == '='; });
}

std::string keyword(Scanner& scanner) {
    const std::string_view word = scanner.peek();
    if (!ehlo_keyword(word)) scanner.fail("a keyword of the EHLO reply should stand here");
    return std::string(scanner.word());
}

void read_enhanced(Scanner& scanner, ReplyPattern& reply) {
    const std::string_view word = scanner.peek();
    if (!enhanced_code(word)) {
        scanner.fail("bad enhanced status code " + in_quotes(word) +
                     ": three numbers such as `5.1.1`, `*` for any part");
    }
    if (digit(reply.code[0]) && digit(word[0]) && reply.code[0] != word[0]) {
        scanner.fail("the class of " + in_quotes(word) + " does not agree with the reply code " +
                     in_quotes(reply.code));
    }
    reply.enhanced = std::string(scanner.word());
}

void read_line_count(Scanner& scanner, ReplyPattern& reply) {
    constexpr int most_lines = 1000;
    reply.line_count = scanner.take_prefix(">") ? LineCount::more_than : LineCount::exactly;
    reply.lines = scanner.number("the number of lines", 1, most_lines);
}

constexpr std::array<std::string_view, 11> clauses{"with", "without", "text",   "raw", "decoded", "lines",
                                                   "no",   "or",      "within", "--",  "enhanced"};

ReplyPattern read_reply(Scanner& scanner) {
    ReplyPattern reply;
    reply.code = std::string(scanner.word());
    if (looks_like_enhanced_code(scanner.peek())) read_enhanced(scanner, reply);
    while (!scanner.at_end()) {
        if (scanner.take("enhanced")) {
            reply.enhanced = "*";
        } else if (scanner.take("no")) {
            scanner.require("enhanced");
            reply.enhanced = "none";
        } else if (scanner.take("with")) {
            KeywordClause clause{keyword(scanner), true, std::nullopt};
            if (scanner.peek() == "matching") clause.parameters = scanner.matching();
            reply.keywords.push_back(std::move(clause));
        } else if (scanner.take("without")) {
            reply.keywords.push_back({keyword(scanner), false, std::nullopt});
        } else if (scanner.take("text")) {
            reply.text.push_back(scanner.matching());
        } else if (scanner.take("raw")) {
            reply.raw.push_back(scanner.matching());
        } else if (scanner.take("decoded")) {
            reply.decoded.push_back(scanner.matching());
        } else if (scanner.take("lines")) {
            read_line_count(scanner, reply);
        } else if (scanner.peek() == "or" || scanner.peek() == "within" || scanner.peek() == "--") {
            break;
        } else {
            scanner.fail_word("part of a reply pattern", clauses);
        }
    }
    return reply;
}

Alternative read_alternative(Scanner& scanner) {
    if (scanner.take("closed")) {
        if (!scanner.take("with")) return ConnectionClosed{};
        scanner.require("alert");
        return ConnectionClosed{true};
    }
    if (scanner.take("reset")) return ConnectionReset{};
    if (scanner.take("still")) {
        scanner.require("open");
        return StillOpen{};
    }
    const std::string_view word = scanner.peek();
    if (word.empty() || word == "--") {
        scanner.fail("a reply code, `closed`, `reset`, `silent` or `still open` should stand here");
    }
    if (!reply_code(word)) {
        constexpr std::array<std::string_view, 5> others{"closed", "reset", "silent", "still", "any"};
        scanner.fail(
            "bad reply code " + in_quotes(word) +
                ": three digits (2-5, 0-5, 0-9) or `x` for one, `any`, `closed`, `reset`, `silent` or `still open`",
            did_you_mean(word, others));
    }
    return read_reply(scanner);
}

}  // namespace

Expect read_expectation(Scanner& scanner, bool precondition, std::string& words) {
    Expect result;
    result.precondition = precondition;
    scanner.peek();
    const std::size_t start = scanner.offset();
    do {
        if (scanner.take("silent")) {
            result.or_silent = true;
        } else {
            result.alternatives.push_back(read_alternative(scanner));
        }
    } while (scanner.take("or"));
    if (scanner.take("within")) result.within = scanner.duration();
    scanner.peek();
    result.source = scanner.line().text().substr(start, scanner.offset() - start);
    result.source.erase(result.source.find_last_not_of(" \t") + 1);
    if (scanner.take("--")) {
        words = scanner.rest();
        if (words.empty()) scanner.fail("the words after `--` are missing");
    }
    scanner.require_end();
    return result;
}

}  // namespace smtpspec::script
