#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace smtpspec::durability {

/// A mail whose content follows from its number, so that a copy can be checked for being whole.
struct Mail {
    std::size_t number = 0;
    bool hosted = false;  ///< for the hosted account
    bool remote = false;  ///< for the next hop

    /// Header section and body, lines ended by CR LF, without the dot that ends the data; up to 64 KiB, of which no
    /// line begins with a dot.
    std::string content() const;
};

/// The number of the mail that `copy` is one of, with the fields that servers put above it; nothing when it is not
/// whole.
std::optional<std::size_t> number_of_whole_copy(std::string_view copy);

}  // namespace smtpspec::durability
