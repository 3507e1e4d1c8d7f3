#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refserver::protocol {

/// Counts fields at the head of a mail: Received for loop detection (RFC 5321 §6.3), and those that a submission has to
/// have (RFC 6409 §8). Fed with the content as it comes.
class HeaderScanner {
public:
    void feed(std::string_view content) noexcept;
    std::uint32_t received_fields() const noexcept { return fields_[0].count; }
    bool has_date() const noexcept { return fields_[1].count > 0; }
    bool has_message_id() const noexcept { return fields_[2].count > 0; }

private:
    struct Field {
        std::string_view name;  ///< in capitals, with the colon
        bool matches = true;    ///< the line so far agrees with the name
        std::size_t matched = 0;
        std::uint32_t count = 0;
    };
    void begin_line() noexcept;

    bool in_header_ = true;
    std::array<Field, 3> fields_{{{"RECEIVED:"}, {"DATE:"}, {"MESSAGE-ID:"}}};
    std::uint64_t line_length_ = 0;  ///< without CR and LF
};

}  // namespace refserver::protocol
