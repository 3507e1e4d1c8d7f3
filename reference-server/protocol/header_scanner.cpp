#include "protocol/header_scanner.h"

#include "protocol/scanner.h"

namespace refserver::protocol {

void HeaderScanner::feed(std::string_view content) noexcept {
    for (const char c : content) {
        if (!in_header_) return;
        if (c == '\r') continue;
        if (c == '\n') {
            in_header_ = line_length_ > 0;
            begin_line();
            continue;
        }
        ++line_length_;
        for (Field& field : fields_) {
            if (!field.matches) continue;
            field.matches = to_upper(c) == field.name[field.matched];
            if (field.matches && ++field.matched == field.name.size()) {
                ++field.count;
                field.matches = false;
            }
        }
    }
}

void HeaderScanner::begin_line() noexcept {
    line_length_ = 0;
    for (Field& field : fields_) {
        field.matches = true;
        field.matched = 0;
    }
}

}  // namespace refserver::protocol
