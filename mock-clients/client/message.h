#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// Lines that begin with a dot get another one (RFC 5321 §4.5.2). Lines are what CR LF ends.
std::string dot_stuffed(std::string_view content);
/// The reverse, as a receiver must do it.
std::string dot_unstuffed(std::string_view content);
/// Dot-stuffed and ended by `.` CR LF; a CR LF is put before the dot where the content does not end in one.
std::string as_data(std::string_view content);

/// What a generated message is made of.
struct MessageParts {
    std::string from;  ///< address; empty: no From address is known
    std::string to;
    std::string marker;  ///< word that can be found in logs
    int number = 1;      ///< makes the Message-ID unique within the case
};
/// A complete small message (RFC 5322 §3.6), so that no server has a reason to add fields.
std::string small_message(const MessageParts&);
/// The same, with exactly so many octets as SIZE counts them (RFC 1870 §4); where the header section alone is
/// longer, a body without one. Throws std::invalid_argument below 2 octets.
std::string message_of(std::size_t octets, const MessageParts&);

/// One field of a header section.
struct HeaderField {
    std::string name;
    std::string value;  ///< unfolded (RFC 5322 §2.2.3), without blanks around it
};

/// A message as it was found somewhere, for looking into it. Line ends are those of the text given.
class Message {
public:
    explicit Message(std::string octets);

    const std::string& octets() const { return octets_; }
    const std::vector<HeaderField>& header() const { return header_; }
    /// What follows the first empty line.
    std::string_view body() const { return std::string_view(octets_).substr(body_); }
    /// The `occurrence`-th field (from 1) of that name, case ignored.
    std::optional<std::string> field(std::string_view name, int occurrence) const;

private:
    std::string octets_;
    std::vector<HeaderField> header_;
    std::size_t body_ = 0;
};

/// Whether the text is made of nothing but complete header fields.
bool is_header_fields(std::string_view text);

}  // namespace smtpspec::client
