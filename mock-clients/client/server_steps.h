#pragma once

#include "client/execute.h"

#include <optional>
#include <string>

namespace smtpspec::client {

/// What a case does with the server's life, and whether it listens.

/// Nothing: done. Otherwise what the server did not do: start, or refuse to start.
std::optional<std::string> server_difference(const script::ServerStep&, const Stage&);

/// Nothing: as expected, at the latest after 2 s (a server that was told to reload needs a moment).
std::optional<std::string> listen_difference(const std::string& address, script::PortRole, bool listens, const Stage&);

}  // namespace smtpspec::client
