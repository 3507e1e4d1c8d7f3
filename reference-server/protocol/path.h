#pragma once

#include "protocol/envelope.h"
#include "protocol/scanner.h"

#include <string>
#include <string_view>
#include <variant>

/// RFC 5321 §4.1.2: mailboxes and paths as MAIL, RCPT and VRFY have them.
namespace refserver::protocol::grammar {

inline constexpr std::size_t max_local_part = 64;  ///< octets as written, quotes included; §4.5.3.1.1
inline constexpr std::size_t max_path = 256;       ///< octets with brackets and source route; §4.5.3.1.3

enum class PathError { syntax, local_part_too_long, domain_too_long, path_too_long };

/// The value of a Local-part: Dot-string as it stands, Quoted-string without quotes and quoting backslashes.
std::variant<std::string, PathError> local_part(Scanner&);
std::variant<Mailbox, PathError> mailbox(Scanner&);

/// `<>` or a path. A source route is taken and forgotten (Appendix C, F.2).
std::variant<ReversePath, PathError> reverse_path(Scanner&);
/// A path or `<postmaster>` without a domain, in any case (§4.1.1.3); then the mailbox has no domain.
std::variant<Mailbox, PathError> forward_path(Scanner&);

/// String: what VRFY and EXPN take. A mailbox, with or without angle brackets, is taken as well (§3.5.1).
bool string_or_mailbox(Scanner&);

bool has_non_ascii(std::string_view) noexcept;
bool has_non_ascii(const Mailbox&) noexcept;

}  // namespace refserver::protocol::grammar
