#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refserver::outgoing_mail {

/// A domain as the DNS knows it: U-labels as A-labels (RFC 5890, RFC 3492). A valid U-label is normalised and in lower
/// case already, so nothing else is changed. Nothing when it is not UTF-8.
std::optional<std::string> to_ascii_domain(std::string_view domain);

}  // namespace refserver::outgoing_mail
