#pragma once

#include "script/parse.h"
#include "script/scenario.h"

#include <vector>

namespace smtpspec::script {

/// What makes a well-formed case a bad one: it cannot fail, or statements can never be reached.
void check_sense(const Case&, std::vector<Diagnostic>&);

}  // namespace smtpspec::script
