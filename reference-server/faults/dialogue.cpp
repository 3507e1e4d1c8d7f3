#include "faults/dialogue.h"

#include <algorithm>
#include <regex>

#include <Poco/Ascii.h>
#include <Poco/NumberParser.h>
#include <Poco/String.h>

namespace refserver::faults {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view end_of_content = "\r\n.\r\n";
/// A line that goes on for ever is let through as it comes.
constexpr std::size_t longest_line = 8192;

}  // namespace

std::string upper(std::string_view text) {
    return Poco::toUpper(std::string(text));
}

std::string verb_of(std::string_view line) {
    return upper(line.substr(0, line.find_first_of(" \t\r\n")));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    return Poco::replace(text, std::string(from), std::string(to));
}

std::string rewritten(const std::string& text, const std::string& pattern, const char* replacement) {
    return std::regex_replace(text, std::regex(pattern), replacement);
}

std::string Dialogue::received(std::string_view octets) {
    input_ += octets;
    if (!in_content_ && changes_.raw_commands) input_ = changes_.raw_commands(input_);
    std::string out;
    for (std::size_t before = input_.size() + 1; !input_.empty() && input_.size() < before;) {
        before = input_.size();
        out += in_content_ ? take_content() : take_commands();
    }
    return out;
}

std::string Dialogue::take_commands() {
    if (chunk_ > 0) {
        const std::size_t size = std::min(chunk_, input_.size());
        std::string out = input_.substr(0, size);
        input_.erase(0, size);
        chunk_ -= size;
        return out;
    }
    const auto end = input_.find(crlf);
    if (end == std::string::npos) return input_.size() > longest_line ? std::exchange(input_, "") : "";
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + crlf.size());
    const std::string changed = changes_.command ? changes_.command(line) : line;
    for (auto at = changed.find(crlf); at != std::string::npos; at = changed.find(crlf, at + crlf.size())) {
        pending_.push_back({"", true});
    }
    pending_.push_back({verb_of(line), false});
    if (verb_of(line) == "BDAT") {
        unsigned size = 0;
        Poco::NumberParser::tryParseUnsigned(line.substr(4, line.find(' ', 5) - 4), size);
        chunk_ = size;
    }
    return changed + std::string(crlf);
}

std::string Dialogue::take_content() {
    const std::string all = seen_content_ + input_;
    const auto end = all.find(end_of_content);
    std::size_t size = input_.size();
    if (end != std::string::npos) {
        size = end + end_of_content.size() - seen_content_.size();
        in_content_ = false;
        pending_.push_back({".", false});
    }
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    const std::string seen = seen_content_ + taken;
    seen_content_ = in_content_ ? seen.substr(seen.size() - std::min<std::size_t>(seen.size(), 4)) : std::string(crlf);
    return changes_.raw_content ? changes_.raw_content(std::move(taken)) : taken;
}

std::string Dialogue::sent(std::string_view octets) {
    output_ += octets;
    std::string out;
    for (std::size_t begin = 0;;) {
        const auto end = output_.find(crlf, begin);
        if (end == std::string::npos) return out;
        const bool goes_on = end - begin > 3 && output_[begin + 3] == '-';
        begin = end + crlf.size();
        if (goes_on) continue;
        out += answer(output_.substr(0, begin));
        output_.erase(0, begin);
        begin = 0;
    }
}

std::string Dialogue::answer(std::string reply) {
    Pending to;
    if (!pending_.empty()) {
        to = pending_.front();
        pending_.pop_front();
    }
    if (to.verb == "STARTTLS" && reply.starts_with("220")) pending_.clear();
    if (to.hidden) return "";
    if (changes_.reply) reply = changes_.reply(to.verb, std::move(reply));
    in_content_ = in_content_ || (to.verb == "DATA" && reply.starts_with("354"));
    return reply;
}

}  // namespace refserver::faults
