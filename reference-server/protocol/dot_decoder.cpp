#include "protocol/dot_decoder.h"

#include <algorithm>

namespace refserver::protocol {

std::size_t DotDecoder::plain_text(std::string_view text) noexcept {
    return std::min(text.find('\r'), text.size());
}

DotDecoder::At DotDecoder::after(At at, char c) noexcept {
    if (at == At::line_start && c == '.') return At::dot;
    if (at == At::dot && c == '\r') return At::dot_cr;
    if (at == At::dot_cr && c == '\n') return At::end;
    if (at == At::cr && c == '\n') return At::line_start;
    return c == '\r' ? At::cr : At::text;
}

}  // namespace refserver::protocol
