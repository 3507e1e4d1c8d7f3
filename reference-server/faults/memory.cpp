#include "faults/memory.h"

#include <deque>
#include <map>
#include <regex>

namespace refserver::faults {

PutIn with_memory(std::function<Changes()> make) {
    return [make](service::ServeOptions& options) {
        options.seams.octets = [make] { return std::make_unique<Dialogue>(make()); };
    };
}

PutIn answered_where(const char* pattern, std::string from, std::string to) {
    return with_memory([expression = std::regex(pattern, std::regex::icase), from, to] {
        auto matched = std::make_shared<std::map<std::string, std::deque<bool>>>();
        Changes changes;
        changes.command = [=](const std::string& line) {
            (*matched)[verb_of(line)].push_back(std::regex_search(line, expression));
            return line;
        };
        changes.reply = [=](const std::string& verb, std::string own) {
            auto& waiting = (*matched)[verb];
            if (waiting.empty()) return own;
            const bool concerned = waiting.front();
            waiting.pop_front();
            return concerned && own.starts_with(from) ? to + "\r\n" : own;
        };
        return changes;
    });
}

std::string Swallower::data() {
    swallowing_ = true;
    last_ = "\r\n";
    return "NOOP";
}

std::string Swallower::content(const std::string& octets) {
    constexpr std::string_view end = "\r\n.\r\n";
    if (!swallowing_) return octets;
    last_ += octets;
    last_.erase(0, last_.size() - std::min(last_.size(), end.size()));
    if (last_ != end) return "";
    swallowing_ = false;
    swallowed_ = true;
    return "RSET\r\n";
}

std::string Swallower::reply(const std::string& verb, std::string own, const std::string& at_end) {
    if (verb == "DATA" && swallowing_) return "354 go on\r\n";
    if (verb == "." && std::exchange(swallowed_, false)) return at_end;
    return own;
}

}  // namespace refserver::faults
