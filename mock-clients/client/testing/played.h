#pragma once

#include "client/execute.h"
#include "client/testing/scripted_server.h"

#include <ostream>
#include <string>

namespace smtpspec::client {

void PrintTo(Outcome, std::ostream*);

}  // namespace smtpspec::client

namespace smtpspec::client::testing {

/// A case made of the lines of a dialogue (and head statements before them). Throws where the language does not
/// take them.
script::Case case_of(const std::string& lines);

/// A stage with that server on both ports, `alice` and `bob` hosted, `ann` and `ben` elsewhere. Times are a
/// twentieth: half a second for a reply.
Stage stage_on(std::uint16_t port);

Played played(const std::string& lines, const ScriptedServer&);

/// "passed", "violated: …", for messages of tests.
std::string text_of(const Played&);

}  // namespace smtpspec::client::testing
