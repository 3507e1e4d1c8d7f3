#include "protocol/line_checker.h"

namespace refserver::protocol {

void LineChecker::found(LineDefect::Kind kind) noexcept {
    if (defect_.kind == LineDefect::Kind::none) defect_ = {kind, line_};
}

void LineChecker::end_line() noexcept {
    if (length_ > max_line) found(LineDefect::Kind::too_long);
    length_ = 0;
    ++line_;
}

void LineChecker::feed(std::string_view content) noexcept {
    while (!content.empty()) {
        if (after_cr_) {
            after_cr_ = false;
            if (content.front() == '\n') {
                ++length_;
                end_line();
                content.remove_prefix(1);
                continue;
            }
            found(LineDefect::Kind::bare_cr);
        }
        // A CR comes before each LF where all is well, so that looking for LF first and then in front of it touches
        // each octet twice at most.
        const auto lf = content.find('\n');
        const auto cr = content.substr(0, lf).find('\r');
        const auto stop = cr != std::string_view::npos ? cr : lf;
        if (stop == std::string_view::npos) {
            length_ += content.size();
            return;
        }
        length_ += stop + 1;
        after_cr_ = content[stop] == '\r';
        if (!after_cr_) found(LineDefect::Kind::bare_lf);
        content.remove_prefix(stop + 1);
    }
}

void LineChecker::finish() noexcept {
    if (after_cr_) found(LineDefect::Kind::bare_cr);
    if (length_ > max_line) found(LineDefect::Kind::too_long);
}

}  // namespace refserver::protocol
