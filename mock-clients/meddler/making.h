#pragma once

#include "meddler/fault.h"

/// The ways to say what a fault changes.
namespace smtpspec::meddler {

using MakeChanges = std::function<Changes()>;

/// The same for each connection, without a memory.
MakeChanges with(const Changes&);
MakeChanges with_command(std::function<std::string(const std::string&)>);
/// Replies to that verb.
MakeChanges with_reply(std::string verb, std::function<std::string(std::string)>);
MakeChanges with_replies(std::function<std::string(const std::string&, std::string)>);
MakeChanges every(const std::function<std::string(std::string)>&);
/// Replies that begin so.
MakeChanges beginning(const std::string& start, const std::function<std::string(const std::string&)>&);
/// `from` in replies to that verb becomes `to`.
MakeChanges coded(std::string verb, const std::string& from, const std::string& to);
/// The same with a regular expression.
MakeChanges edited(std::string verb, const char* pattern, const char* replacement);
/// The content of DATA, with the mark at its end.
MakeChanges with_content(std::function<std::string(std::string)>);

/// For all clients but the first, which may ask only whether the server is there, or but so many where it has more
/// ports.
MakeChanges later_clients(const MakeChanges&, int ports = 1);

}  // namespace smtpspec::meddler
