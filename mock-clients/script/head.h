#pragma once

#include "script/scanner.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// The head of a file or of a scenario, as far as it is read.
struct Head {
    std::vector<std::string> cites;
    std::string level;
    std::string risk;
    std::string fixture;
    std::map<std::string, std::string> settings;
    std::vector<std::string> extensions;
    std::vector<std::string> absent_extensions;
    bool alone = false;
    std::map<std::string, Role> roles;
    std::map<std::string, Position> declared_roles;
    std::vector<Client> clients;
    std::vector<Position> declared_clients;
    std::vector<Mention> mentions;
};

/// Whether the word begins a statement of the head; `each` and `oracle` are read before the others.
bool begins_head_statement(std::string_view word);
const std::vector<std::string_view>& head_words();

/// Reads one statement into the head. Throws Mistake. `whole_file`: only what is allowed before the first scenario.
void read_head_line(const SourceLine&, Head&, bool whole_file);

/// What the language calls $alice and so on without a declaration.
const std::map<std::string, RoleKind>& built_in_roles();

}  // namespace smtpspec::script
