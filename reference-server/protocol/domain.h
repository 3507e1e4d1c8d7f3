#pragma once

#include "protocol/scanner.h"

#include <optional>
#include <string_view>

/// RFC 5321 §4.1.2 and §4.1.3. Each function is named after its production, takes the longest match from the scanner
/// and leaves the scanner where it was when there is none.
namespace refserver::protocol::grammar {

inline constexpr std::size_t max_domain = 255;  ///< octets, §4.5.3.1.2

/// Octets above 127 are taken as letters (RFC 6531 §3.3); whether they are allowed is for the caller, who knows the
/// transaction. No limit of length here.
std::optional<std::string_view> domain(Scanner&) noexcept;

/// With its brackets.
std::optional<std::string_view> address_literal(Scanner&) noexcept;

bool ipv4_address_literal(Scanner&) noexcept;
/// RFC 4291 forms as §4.1.3 has them: full or with one `::` that stands for at least two groups, IPv4 at the end or
/// not.
bool ipv6_addr(Scanner&) noexcept;

}  // namespace refserver::protocol::grammar
