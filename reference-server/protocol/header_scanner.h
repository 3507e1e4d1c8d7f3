#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refserver::protocol {

/// Counts the Received fields at the head of a mail, for loop detection (RFC 5321 §6.3). Fed with the content as it
/// comes.
class HeaderScanner {
public:
    void feed(std::string_view content) noexcept;
    std::uint32_t received_fields() const noexcept { return received_; }

private:
    bool in_header_ = true;
    bool name_matches_ = true;  ///< the line so far agrees with "Received"
    std::uint8_t matched_ = 0;  ///< octets of it
    std::uint32_t received_ = 0;
    std::uint64_t line_length_ = 0;  ///< without CR and LF
};

}  // namespace refserver::protocol
