#pragma once

#include "client/wire.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// RFC 3463: class "." subject "." detail.
struct EnhancedCode {
    std::string status_class;
    std::string subject;
    std::string detail;

    std::string text() const { return status_class + "." + subject + "." + detail; }
};

/// The enhanced status code that a reply line's text begins with (RFC 2034 §4), if there is one.
std::optional<EnhancedCode> enhanced_code(std::string_view text);

/// A reply as it came, with all that is wrong with it.
struct Reply {
    std::string code;                     ///< three digits; empty where there were none
    std::vector<std::string> lines;       ///< the text of each, without code and separator
    std::string raw;                      ///< every octet
    std::vector<std::string> violations;  ///< of the grammar of RFC 5321 §4.2
};

/// Puts a reply together, line by line.
class ReplyBuilder {
public:
    /// After SMTPUTF8 was asked for, replies may hold UTF-8 (RFC 6531 §3.5).
    explicit ReplyBuilder(bool utf8) : utf8_(utf8) {}

    /// True: the reply is complete. A line that is no `code-` line ends it, whatever it is.
    bool add(const Line&);
    bool empty() const { return reply_.raw.empty(); }
    /// To be called when no further line comes: what there is, with the violation.
    void cut_off(const std::string& why) { reply_.violations.push_back(why); }
    const Reply& reply() const { return reply_; }
    Reply take() { return std::move(reply_); }

private:
    void violation(const std::string& what);
    void check_code(std::string_view octets);
    void check_text(std::string_view text);

    Reply reply_;
    bool utf8_;
};

/// What was heard when a reply was waited for.
struct Heard {
    enum class Kind {
        reply,
        closed,
        reset,
        nothing,    ///< in time; `reply` holds what came of one
        too_long,   ///< no end within 64 KiB
        garbled,    ///< not TLS where TLS was spoken before
        refused,    ///< there was no connection
        stays_open  ///< the fence of `still open` was answered
    };
    Kind kind = Kind::nothing;
    bool with_alert = false;  ///< closed: inside TLS, and close_notify said so before
    Reply reply;
    std::string note;  ///< refused: why; nothing: what else is known
};

inline constexpr std::size_t longest_reply = std::size_t{64} * 1024;

/// Reads exactly one reply, or the end of the connection. An end in the middle of a reply gives the reply with a
/// violation; the next call gives the end.
Heard hear_reply(Wire&, bool utf8, const Patience&);

}  // namespace smtpspec::client
