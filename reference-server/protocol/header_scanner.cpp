#include "protocol/header_scanner.h"

#include "protocol/scanner.h"

namespace refserver::protocol {

namespace {
constexpr std::string_view field_name = "RECEIVED:";
}

void HeaderScanner::feed(std::string_view content) noexcept {
    for (const char c : content) {
        if (!in_header_) return;
        if (c == '\r') continue;
        if (c == '\n') {
            in_header_ = line_length_ > 0;
            line_length_ = 0;
            matched_ = 0;
            name_matches_ = true;
            continue;
        }
        ++line_length_;
        if (!name_matches_) continue;
        name_matches_ = to_upper(c) == field_name[matched_];
        if (name_matches_ && ++matched_ == field_name.size()) {
            ++received_;
            name_matches_ = false;
        }
    }
}

}  // namespace refserver::protocol
