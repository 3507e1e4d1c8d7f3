#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace refserver::outgoing_mail {

/// Puts the octets of a mail in the form that DATA takes (RFC 5321 §4.5.2): a dot more on each line that begins with
/// one, and the end of the mail. A bare CR or LF becomes a whole line end, since it must not be sent (§2.3.8), and
/// since a next hop that takes it for one would otherwise see an end of the mail where there is none.
class DotStuffer {
public:
    void stuff(std::string_view octets, std::string& out);
    /// The final line end if it is missing, and the final dot.
    void finish(std::string& out);

private:
    void end_line(std::string& out);
    bool line_start_ = true;
    bool after_cr_ = false;
};

/// The octets of one mail in a queue file.
class MessageSource {
public:
    MessageSource(int fd, std::uint64_t offset, std::uint64_t size) : fd_(fd), offset_(offset), left_(size) {}
    /// The next octets, at most 64 KiB; empty at the end. Throws std::system_error.
    std::string read();
    bool at_end() const { return left_ == 0; }

private:
    int fd_;
    std::uint64_t offset_;
    std::uint64_t left_;
};

struct EightBit {
    bool anywhere = false;
    bool in_header = false;
};
EightBit find_eight_bit(MessageSource);

/// The header section with its last line end, at most `at_most` octets of whole lines.
std::string read_header(MessageSource, std::size_t at_most);

}  // namespace refserver::outgoing_mail
