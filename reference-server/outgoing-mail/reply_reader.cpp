#include "outgoing-mail/reply_reader.h"

#include <algorithm>
#include <utility>

namespace refserver::outgoing_mail {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// RFC 2034 §4: class "." 1*3digit "." 1*3digit, then a space or nothing more.
std::string_view enhanced_status(std::string_view text) {
    std::size_t at = 0;
    for (int part = 0; part < 3; ++part) {
        if (part > 0) {
            if (at >= text.size() || text[at] != '.') return {};
            ++at;
        }
        const auto begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        if (at == begin || at - begin > (part == 0 ? 1u : 3u)) return {};
    }
    if (at < text.size() && text[at] != ' ') return {};
    return text.substr(0, at);
}

}  // namespace

std::string Reply::status() const {
    if (!lines.empty()) {
        const auto status = enhanced_status(lines.front());
        if (!status.empty() && status.front() == '0' + kind()) return std::string{status};
    }
    return std::to_string(kind()) + ".0.0";
}

std::string Reply::text() const {
    std::string out = std::to_string(code);
    for (const auto& line : lines) {
        if (!line.empty()) out += ' ' + line;
        if (out.size() > 500) break;
    }
    if (out.size() > 500) out.resize(500);
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c >= 0x7f; }, '?');
    return out;
}

std::optional<Reply> ReplyReader::next() {
    while (!broken_) {
        const auto end = buffer_.find('\n');
        if (partial_size_ + std::min(end, buffer_.size()) > max_reply_size) {
            broken_ = true;
            break;
        }
        if (end == std::string::npos) break;
        partial_size_ += end + 1;
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        if (line.ends_with('\r')) line.pop_back();

        const bool coded =
            line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) && is_digit(line[2]);
        const char separator = line.size() > 3 ? line[3] : ' ';
        const int code = coded ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
        const bool first = partial_.lines.empty();
        if (!coded || (separator != ' ' && separator != '-') || (!first && code != partial_.code)) {
            broken_ = true;
            break;
        }
        partial_.code = code;
        partial_.lines.push_back(line.size() > 4 ? line.substr(4) : std::string{});
        if (separator == ' ') {
            partial_size_ = 0;
            return std::exchange(partial_, Reply{});
        }
    }
    return std::nullopt;
}

}  // namespace refserver::outgoing_mail
