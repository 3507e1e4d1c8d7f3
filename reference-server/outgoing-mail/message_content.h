#pragma once

#include "routing/accepted_mail.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

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

/// The octets of one mail, wherever they are.
class MessageSource {
public:
    /// Gives octets from `offset`, at least one and at most `at_most`; throws std::system_error.
    using Reader = std::function<std::string(std::uint64_t offset, std::size_t at_most)>;

    MessageSource(Reader reader, std::uint64_t size) : reader_(std::move(reader)), left_(size) {}
    /// Those in a queue file.
    MessageSource(int fd, std::uint64_t offset, std::uint64_t size);
    /// Trace field and content. The mail must outlive the source.
    explicit MessageSource(const routing::AcceptedMail&);

    /// The next octets, at most 64 KiB; empty at the end. Throws std::system_error.
    std::string read();
    bool at_end() const { return left_ == 0; }

private:
    Reader reader_;
    std::uint64_t offset_ = 0;
    std::uint64_t left_;
};

struct EightBit {
    bool anywhere = false;
    bool in_header = false;
};
EightBit find_eight_bit(MessageSource);

/// Whether the header has a field of that name, in any letter case (RFC 5322 §2.2), within its first 64 KiB.
bool has_field(MessageSource, std::string_view name);

/// The header section with its last line end, at most `at_most` octets of whole lines.
std::string read_header(MessageSource, std::size_t at_most);

}  // namespace refserver::outgoing_mail
