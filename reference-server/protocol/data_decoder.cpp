#include "protocol/data_decoder.h"

#include <algorithm>
#include <cstring>

namespace refserver::protocol {

void DataDecoder::found(LineDefect::Kind kind) noexcept {
    if (defect_.kind == LineDefect::Kind::none) defect_ = {kind, line_};
}

void DataDecoder::end_line() noexcept {
    if (line_length_ > max_line) found(LineDefect::Kind::too_long);
    line_length_ = 0;
    ++line_;
    at_ = At::line_start;
}

std::size_t DataDecoder::plain_text(std::string_view text) noexcept {
    const auto* lf = static_cast<const char*>(std::memchr(text.data(), '\n', text.size()));
    const auto before_lf = lf ? static_cast<std::size_t>(lf - text.data()) : text.size();
    const auto* cr = static_cast<const char*>(std::memchr(text.data(), '\r', before_lf));
    const auto count = cr ? static_cast<std::size_t>(cr - text.data()) : before_lf;
    line_length_ += count;
    return count;
}

void DataDecoder::step(char c) noexcept {
    switch (at_) {
        case At::line_start:
            if (c == '.') {
                at_ = At::dot;
                return;
            }
            break;
        case At::dot:
            if (c == '\r') {
                at_ = At::dot_cr;
                return;
            }
            break;
        case At::dot_cr:
            if (c == '\n') {
                at_ = At::end;
                return;
            }
            ++line_length_;
            found(LineDefect::Kind::bare_cr);
            break;
        case At::cr:
            if (c == '\n') {
                ++line_length_;
                end_line();
                return;
            }
            found(LineDefect::Kind::bare_cr);
            break;
        case At::text:
        case At::end:
            break;
    }
    ++line_length_;
    at_ = c == '\r' ? At::cr : At::text;
    if (c == '\n') found(LineDefect::Kind::bare_lf);
}

}  // namespace refserver::protocol
