#include "protocol/command_line.h"

#include <algorithm>

namespace refserver::protocol {

namespace {
/// Hardly any command is longer; a larger buffer is given back after its line, since ten thousand connections wait at
/// once.
constexpr std::size_t usual_capacity = 1100;
}  // namespace

bool CommandLine::take(std::string_view& input) {
    while (!input.empty()) {
        const auto lf = input.find('\n');
        const auto part = input.substr(0, lf == std::string_view::npos ? lf : lf + 1);
        const bool ended = lf != std::string_view::npos && (lf == 0 ? after_cr_ : input[lf - 1] == '\r');
        length_ += part.size();
        after_cr_ = part.back() == '\r';
        input.remove_prefix(part.size());
        buffer_.append(part.substr(0, limit - std::min(limit, buffer_.size())));
        if (ended) return true;
    }
    return false;
}

void CommandLine::clear() noexcept {
    buffer_.clear();
    if (buffer_.capacity() > usual_capacity) buffer_.shrink_to_fit();
    length_ = 0;
    after_cr_ = false;
}

}  // namespace refserver::protocol
