#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refserver::protocol {

/// What is wrong with the lines of a mail; the first finding, with the number of its line (from 1; a lone CR or LF ends
/// none).
struct LineDefect {
    enum class Kind { none, bare_cr, bare_lf, too_long } kind = Kind::none;
    std::uint64_t line = 0;
};

/// Looks for lone CRs and LFs and over-long lines in decoded content. Mail with such a defect is refused after its true
/// end: a lone CR or LF passed on is what makes SMTP smuggling work at the next hop (RFC 5321 §2.3.8, §4.1.1.4), and a
/// line may have 1000 octets (§4.5.3.1.6). Any other octet is right, NUL and 8-bit included (§4.1.1.4, §4.5.2).
class LineChecker {
public:
    static constexpr std::size_t max_line = 1000;  ///< octets with CR LF, without the doubled dot

    void feed(std::string_view content) noexcept;
    /// The content is complete.
    void finish() noexcept;
    const LineDefect& defect() const noexcept { return defect_; }

private:
    void found(LineDefect::Kind) noexcept;
    void end_line() noexcept;

    bool after_cr_ = false;
    std::size_t length_ = 0;
    std::uint64_t line_ = 1;
    LineDefect defect_;
};

}  // namespace refserver::protocol
