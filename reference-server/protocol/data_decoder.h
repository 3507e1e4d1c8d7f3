#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refserver::protocol {

/// What is wrong with the lines of a mail; the first finding, with the number of its line (from 1).
struct LineDefect {
    enum class Kind { none, bare_cr, bare_lf, too_long } kind = Kind::none;
    std::uint64_t line = 0;
};

/// The content that follows 354: dot transparency and its end (RFC 5321 §4.5.2, §4.1.1.4). Only CR LF . CR LF ends it;
/// the CR LF of the DATA line counts as the first one. A lone CR or LF neither ends a line nor the mail: it is a
/// defect, for which the mail is refused after its true end (§2.3.8; passing it on is what makes SMTP smuggling work at
/// the next hop). Any other octet is content, NUL and 8-bit included (§4.1.1.4, §4.5.2).
class DataDecoder {
public:
    /// A text line with its CR LF, the doubled dot not counted (§4.5.3.1.6).
    static constexpr std::size_t max_line = 1000;

    /// Takes octets from the front of `input` and hands runs of decoded octets to `sink(std::string_view)`. True: the
    /// end has been read; what is left of `input` is the next command.
    template <typename Sink>
    bool take(std::string_view& input, Sink&& sink);

    const LineDefect& defect() const noexcept { return defect_; }

private:
    enum class At : std::uint8_t { line_start, dot, dot_cr, text, cr, end };

    void step(char) noexcept;
    void found(LineDefect::Kind) noexcept;
    void end_line() noexcept;
    /// Passes over what needs no decision: text up to the next CR or LF.
    std::size_t plain_text(std::string_view) noexcept;

    At at_ = At::line_start;
    std::size_t line_length_ = 0;
    std::uint64_t line_ = 1;
    LineDefect defect_;
};

template <typename Sink>
bool DataDecoder::take(std::string_view& input, Sink&& sink) {
    std::size_t kept_from = 0;  // of the run that is not handed out yet
    std::size_t next = 0;
    const auto hand_out = [&](std::size_t until) {
        if (until > kept_from) sink(input.substr(kept_from, until - kept_from));
    };
    while (next < input.size() && at_ != At::end) {
        if (at_ == At::text) {
            next += plain_text(input.substr(next));
            if (next == input.size()) break;
        }
        const At before = at_;
        step(input[next]);
        if (before == At::line_start && at_ == At::dot) {
            hand_out(next);
            kept_from = next + 1;
        } else if (at_ == At::dot_cr || at_ == At::end) {
            kept_from = next + 1;  // the CR LF behind the dot is not content
        } else if (before == At::dot_cr) {
            sink("\r");  // it was
        }
        ++next;
    }
    hand_out(next);
    input.remove_prefix(next);
    return at_ == At::end;
}

}  // namespace refserver::protocol
