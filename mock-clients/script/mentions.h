#pragma once

#include "script/head.h"

#include <map>
#include <string>
#include <vector>

namespace smtpspec::script {

/// Looks up all that is mentioned and puts the used roles into `roles`. `head` is that of the scenario, or null
/// for the statements before the first one.
void check_mentions(const std::vector<Mention>&, const ParseContext&, const Head* head,
                    std::map<std::string, Role>& roles, std::vector<Diagnostic>&);

}  // namespace smtpspec::script
