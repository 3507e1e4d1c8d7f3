#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refserver::outgoing_mail {

/// A reply of a next hop (RFC 5321 §4.2), all its lines.
struct Reply {
    int code = 0;
    std::vector<std::string> lines;  ///< without code and separator

    int kind() const { return code / 100; }
    /// The RFC 3463 code at the beginning of the text, or the general one of the reply's class ("5.0.0").
    std::string status() const;
    /// On one line, without control characters and of bounded length: for logs, journal and reports.
    std::string text() const;
};

/// Cuts the octets of a next hop into replies. Bounded: a reply of more than `max_reply_size` octets is not one.
class ReplyReader {
public:
    static constexpr std::size_t max_reply_size = 65536;

    void feed(std::string_view octets) { buffer_ += octets; }
    /// The next whole reply; nothing when more octets are needed, or when what came is no reply (`broken`).
    std::optional<Reply> next();
    bool broken() const { return broken_; }
    /// True when there are octets behind the last reply.
    bool has_more() const { return !buffer_.empty(); }

private:
    std::string buffer_;
    Reply partial_;
    std::size_t partial_size_ = 0;
    bool broken_ = false;
};

}  // namespace refserver::outgoing_mail
