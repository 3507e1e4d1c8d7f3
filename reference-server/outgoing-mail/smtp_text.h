#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Small text forms that a sending client needs.
namespace refserver::outgoing_mail {

std::string base64(std::string_view octets);
/// Of whole groups of the alphabet of RFC 4648 §4, padded at the end only; the empty text too.
std::optional<std::string> from_base64(std::string_view text);

/// RFC 3461 §4.
std::string xtext(std::string_view value);
/// The parameter of ORCPT from its decoded form `type;address`; the address as xtext, or for type `utf-8` as RFC 6533
/// §3 writes it: in ASCII, or, `native`, with its characters as they are.
std::string original_recipient_xtext(std::string_view original_recipient, bool native);
/// NEVER, or a list of SUCCESS, FAILURE, DELAY, in upper case.
bool is_notify(std::string_view value);
bool notify_contains(std::string_view notify, std::string_view keyword);

/// The domain of `local-part@domain`, in lower case; empty when there is none.
std::string domain_of(std::string_view address);
bool is_ascii(std::string_view);
std::string lower(std::string_view);

}  // namespace refserver::outgoing_mail
