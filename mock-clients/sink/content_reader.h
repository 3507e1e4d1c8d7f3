#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace smtpspec::sink {

/// Takes the dot stuffing off a message that comes after DATA (RFC 5321 §4.5.2). Only CR LF . CR LF ends it, only CR LF
/// begins a line; every other octet is kept as it came.
class ContentReader {
public:
    /// Takes octets from the front of `input`, up to the end of the message.
    void take(std::string_view& input);
    bool ended() const { return state_ == State::ended; }
    std::string& content() { return content_; }
    /// All octets that came, though content() holds no more than a bounded number of them.
    std::uint64_t size() const { return size_; }

private:
    enum class State { line_start, in_line, cr, dot, dot_cr, ended };
    void keep(char);

    State state_ = State::line_start;
    std::string content_;
    std::uint64_t size_ = 0;
};

/// Content that is kept of one message, 64 MiB.
constexpr std::size_t largest_content = std::size_t{64} * 1024 * 1024;

}  // namespace smtpspec::sink
