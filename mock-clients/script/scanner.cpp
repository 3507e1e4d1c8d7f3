#include "script/scanner.h"

#include "script/digest.h"
#include "script/expand.h"
#include "script/template_syntax.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <arpa/inet.h>
#include <regex.h>

namespace smtpspec::script {

namespace {

bool blank(char c) {
    return c == ' ' || c == '\t';
}

}  // namespace

void Scanner::skip_blanks() {
    while (position_ < line_.text().size() && blank(line_.text()[position_])) ++position_;
}

Position Scanner::here() const {
    return line_.at(std::min(line_.text().find_first_not_of(" \t", position_), line_.text().size()));
}

bool Scanner::at_end() {
    skip_blanks();
    return position_ >= line_.text().size();
}

std::string_view Scanner::peek() {
    skip_blanks();
    const std::string_view left = std::string_view(line_.text()).substr(position_);
    return left.substr(0, left.find_first_of(" \t"));
}

std::string_view Scanner::word() {
    const std::string_view result = peek();
    position_ += result.size();
    return result;
}

bool Scanner::take(std::string_view expected) {
    if (peek() != expected) return false;
    position_ += expected.size();
    return true;
}

bool Scanner::take_prefix(std::string_view text) {
    skip_blanks();
    if (!std::string_view(line_.text()).substr(position_).starts_with(text)) return false;
    position_ += text.size();
    return true;
}

void Scanner::require(std::string_view expected) {
    const std::array<std::string_view, 1> only{expected};
    if (!take(expected)) fail_word("", only);
}

std::size_t Scanner::choose(std::span<const std::string_view> words, std::string_view what) {
    const auto found = std::find(words.begin(), words.end(), peek());
    if (found == words.end()) fail_word(what, words);
    position_ += found->size();
    return static_cast<std::size_t>(found - words.begin());
}

std::string_view Scanner::require_word(std::string_view what) {
    if (at_end()) fail(std::string(what) + " is missing");
    return word();
}

int Scanner::number(std::string_view what, int least, int most) {
    return number_in(peek(), what, least, most);
}

int Scanner::number_before(std::string_view end, std::string_view what, int least, int most) {
    const std::string_view text = peek();
    const int result = number_in(text.substr(0, text.find(end)), what, least, most);
    if (!take_prefix(end)) fail(in_quotes(end) + " should stand here");
    return result;
}

int Scanner::number_in(std::string_view text, std::string_view what, int least, int most) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
    if (!whole || value < least || value > most) {
        fail(std::string(what) + " must be a number from " + std::to_string(least) + " to " + std::to_string(most) +
             (text.empty() ? std::string{} : ", not " + in_quotes(text)));
    }
    position_ += text.size();
    return value;
}

std::chrono::milliseconds Scanner::duration() {
    const std::string_view text = peek();
    constexpr int most = 600'000;
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
    const int factor = unit == "ms" ? 1 : unit == "s" ? 1000 : 0;
    if (error != std::errc{} || factor == 0 || count < 1 || count > most / factor) {
        fail("a time such as `5s` or `500ms`, at most 600s, should stand here");
    }
    word();
    return std::chrono::milliseconds(count * factor);
}

void Scanner::require_end() {
    if (!at_end()) fail(in_quotes(std::string_view(line_.text()).substr(position_)) + " is too much here");
}

Template Scanner::checked(std::size_t start, std::size_t end) {
    Template result{line_.text().substr(start, end - start), line_.at(start)};
    try {
        for (const NameAt& use : names_in(parse_template(result.raw, TemplateKind::text))) {
            mention(Mention::What::name, use.name, line_.at(start + use.offset));
        }
    } catch (const TemplateMistake& mistake) {
        throw Mistake(line_.at(start + mistake.offset), mistake.message);
    }
    return result;
}

Template Scanner::rest_as_template() {
    if (position_ < line_.text().size() && blank(line_.text()[position_])) ++position_;
    const std::size_t start = position_;
    position_ = line_.text().size();
    return checked(start, position_);
}

std::string Scanner::rest() {
    skip_blanks();
    std::string result = line_.text().substr(position_);
    position_ = line_.text().size();
    return result;
}

bool Scanner::at_quotes() {
    skip_blanks();
    return position_ < line_.text().size() && line_.text()[position_] == '"';
}

Template Scanner::quoted_template(std::string_view what) {
    if (!at_quotes()) fail(std::string(what) + " in double quotes should stand here");
    const std::size_t close = end_of_quotes(line_.text(), position_ + 1);
    if (close == std::string::npos) fail("the quotes are not closed");
    const std::size_t start = position_ + 1;
    position_ = close + 1;
    if (position_ < line_.text().size() && !blank(line_.text()[position_])) fail("a blank should stand here");
    return checked(start, close);
}

Template Scanner::word_template(std::string_view what) {
    skip_blanks();
    const std::size_t start = position_;
    if (std::string_view(line_.text()).substr(position_).starts_with("${")) {
        const std::size_t end = end_of_expression(line_.text(), position_);
        if (end == std::string::npos) fail("`${` without its `}`");
        position_ = end;
    } else {
        require_word(what);
    }
    return checked(start, position_);
}

std::string Scanner::ip_address(int family) {
    const Position at = here();
    std::string text(require_word("an IP address"));
    std::array<unsigned char, sizeof(in6_addr)> binary{};
    const auto is = [&](int one) {
        return (family == AF_UNSPEC || family == one) && inet_pton(one, text.c_str(), binary.data()) == 1;
    };
    if (is(AF_INET) || is(AF_INET6)) return text;
    const std::string_view kind = family == AF_INET ? "IPv4" : family == AF_INET6 ? "IPv6" : "IP";
    throw Mistake(at, "not an " + std::string(kind) + " address " + in_quotes(text));
}

Pattern Scanner::pattern() {
    skip_blanks();
    const std::string& text = line_.text();
    if (position_ >= text.size() || text[position_] != '/') fail("a regular expression `/…/` should stand here");
    const std::size_t start = position_ + 1;
    std::size_t end = start;
    while (end < text.size() && text[end] != '/') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) fail("the regular expression is not closed by `/`");

    Pattern result;
    result.expression = {text.substr(start, end - start), line_.at(start)};
    std::string expanded;
    try {
        for (const NameAt& use : names_in(parse_template(result.expression.raw, TemplateKind::pattern))) {
            mention(Mention::What::name, use.name, line_.at(start + use.offset));
        }
        // What is heard may be anything; this is what every function takes.
        expanded = expand_pattern(result.expression, [](std::string_view name) {
            return name == "reply" ? base64("r=1,s=MQ==,i=1") : std::string("1");
        });
    } catch (const TemplateMistake& mistake) {
        throw Mistake(line_.at(start + mistake.offset), mistake.message);
    } catch (const ExpansionError& error) {
        throw Mistake(error.at, error.what());
    }
    regex_t compiled;
    const int status = regcomp(&compiled, expanded.c_str(), REG_EXTENDED | REG_NOSUB);
    if (status != 0) {
        std::array<char, 128> reason{};
        regerror(status, &compiled, reason.data(), reason.size());
        throw Mistake(line_.at(start), "bad regular expression: " + std::string(reason.data()));
    }
    regfree(&compiled);
    if (expanded.empty()) throw Mistake(line_.at(start), "an empty regular expression matches everything");
    position_ = end + 1;
    if (position_ < text.size() && text[position_] == 'i') {
        result.ignore_case = true;
        ++position_;
    }
    if (position_ < text.size() && !blank(text[position_])) fail("a blank should stand after the regular expression");
    return result;
}

Pattern Scanner::matching() {
    const bool negated = take("not");
    require("matching");
    Pattern result = pattern();
    result.negated = negated;
    return result;
}

std::string Scanner::role(Mention::What kind) {
    if (at_end()) fail("the name of a role is missing");
    const Position at = here();
    const std::string_view name = word();
    mention(kind, name.starts_with('$') ? name.substr(1) : name, at);
    return mentions.back().name;
}

void Scanner::mention(Mention::What what, std::string_view name, Position at) {
    mentions.push_back({what, std::string(name), std::move(at)});
}

void Scanner::fail(std::string message, std::string suggestion) const {
    throw Mistake(here(), std::move(message), std::move(suggestion));
}

void Scanner::fail_word(std::string_view what, std::span<const std::string_view> words) {
    const std::string_view found = peek();
    const std::string allowed = listed(words) + " should stand here";
    if (found.empty()) fail(allowed);
    if (what.empty()) fail(allowed + ", not " + in_quotes(found), did_you_mean(found, words));
    fail("unknown " + std::string(what) + " " + in_quotes(found) + ": " + allowed, did_you_mean(found, words));
}

}  // namespace smtpspec::script
