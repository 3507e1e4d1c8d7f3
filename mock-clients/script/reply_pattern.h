#pragma once

#include "script/scanner.h"

namespace smtpspec::script {

/// What stands after `S:` or `S?`, to the end of the line; `words` takes what follows `--`.
Expect read_expectation(Scanner&, bool precondition, std::string& words);

}  // namespace smtpspec::script
