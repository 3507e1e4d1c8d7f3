#pragma once

#include "client/message.h"
#include "client/reply_match.h"
#include "script/scenario.h"
#include "sink/next_hop.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace smtpspec::client {

/// A message that arrived somewhere.
struct FoundMessage {
    std::string octets;            ///< as found
    std::optional<SunkMail> sunk;  ///< at the next hop: its envelope
};

/// What a check needs to know of the case.
struct CheckContext {
    std::function<std::string(const script::Template&)> text;
    PatternText pattern;
    std::vector<std::string> contents;  ///< of the mails sent
};

/// Why the message does not hold what the check asks for; nothing: it holds.
std::optional<std::string> difference(const script::MessageCheck&, const FoundMessage&, const CheckContext&);

/// Why `stored` is none of the contents sent. A server may put header fields before the content (trace fields,
/// RFC 5321 §4.4), with an empty line after them where the content has no header section; all else must be there to
/// the octet. A file without any CR is taken as stored with the line ends of Unix: CR LF of the content counts as LF.
std::optional<std::string> not_as_sent(const std::string& stored, const std::vector<std::string>& contents);

}  // namespace smtpspec::client
