#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace refserver::protocol {

/// The content that follows 354: dot transparency and its end (RFC 5321 §4.5.2, §4.1.1.4). Only CR LF . CR LF ends it;
/// the CR LF of the DATA line counts as the first one. A lone CR or LF is content like any other octet.
class DotDecoder {
public:
    /// Takes octets from the front of `input` and hands runs of decoded octets to `sink(std::string_view)`. True: the
    /// end has been read; what is left of `input` is the next command.
    template <typename Sink>
    bool take(std::string_view& input, Sink&& sink);

private:
    enum class At : std::uint8_t { line_start, dot, dot_cr, text, cr, end };

    static At after(At, char) noexcept;
    /// Octets up to the next CR.
    static std::size_t plain_text(std::string_view) noexcept;

    At at_ = At::line_start;
};

template <typename Sink>
bool DotDecoder::take(std::string_view& input, Sink&& sink) {
    std::size_t run = 0;  // where the run that is not handed out yet begins
    std::size_t next = 0;
    const auto hand_out = [&] {
        if (next > run) sink(input.substr(run, next - run));
    };
    while (next < input.size() && at_ != At::end) {
        if (at_ == At::text) {
            next += plain_text(input.substr(next));
            if (next == input.size()) break;
        }
        const At before = at_;
        at_ = after(before, input[next]);
        if (at_ == At::dot) hand_out();
        if (at_ == At::dot || at_ == At::dot_cr || at_ == At::end) {
            run = next + 1;
        } else if (before == At::dot_cr) {
            sink("\r");  // it did not belong to the end
        }
        ++next;
    }
    hand_out();
    input.remove_prefix(next);
    return at_ == At::end;
}

}  // namespace refserver::protocol
