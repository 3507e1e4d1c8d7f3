#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace refserver::protocol {

/// Collects the octets of one line up to its CR LF. A lone CR or LF is part of the line (RFC 5321 §2.3.8). What goes
/// beyond `limit` is counted as too long and dropped up to the true end, so that no part of it can become a line of its
/// own.
class CommandLine {
public:
    /// The longest line kept, with CR LF: what RFC 4954 §4 wants for AUTH.
    static constexpr std::size_t limit = 12288 + 2;

    /// Takes octets from the front of `input`. True: a line is complete.
    bool take(std::string_view& input);

    /// Without CR LF. Cut short when too long: enough is left to see the verb.
    std::string_view text() const noexcept { return std::string_view(buffer_).substr(0, buffer_.size() - 2); }
    /// Octets with CR LF, dropped ones included.
    std::size_t length() const noexcept { return length_; }
    /// Nothing of a line has come yet.
    bool empty() const noexcept { return length_ == 0; }
    void clear() noexcept;

private:
    std::string buffer_;
    std::size_t length_ = 0;
    bool after_cr_ = false;
};

}  // namespace refserver::protocol
