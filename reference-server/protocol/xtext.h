#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refserver::protocol {

/// RFC 3461 §4: octets 33 to 126 but `+` and `=` stand for themselves, `+` and two upper-case hexadecimal digits for
/// any octet. Octets above 127 stand for themselves, too (RFC 6533 §3).
std::optional<std::string> xtext_decode(std::string_view);

/// RFC 6533 §3: `\x{E9}` and the like become the character in UTF-8. What is not of that form, or stands for a control
/// character, is left as it is.
std::string unitext_decode(std::string_view);

/// Graphic characters and spaces of US-ASCII: what decoded values may consist of, lest they break lines where they are
/// shown.
bool is_printable(std::string_view) noexcept;

}  // namespace refserver::protocol
