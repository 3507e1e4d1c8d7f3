#pragma once

#include "script/dialogue.h"
#include "script/head.h"

#include <vector>

namespace smtpspec::script {

/// A case as read, with what its lines mention.
struct Draft {
    Case made;
    const Head* head = nullptr;
    std::vector<Mention> mentions;
    std::vector<Position> alone_wanted;  ///< statements that need `needs alone`
    std::vector<Position> client_names;  ///< per statement with a client's name, in the order of `clients_used`
    std::vector<std::string> clients_used;
};

/// Looks up all that is mentioned; puts the used roles into the case.
void check_mentions(const std::vector<Mention>&, const ParseContext&, const Head* head,
                    std::map<std::string, Role>& roles, std::vector<Diagnostic>&);

/// What makes a well-formed case a bad one: it cannot fail, statements are out of reach, `needs alone` is missing…
void check_case(const Draft&, std::vector<Diagnostic>&);

}  // namespace smtpspec::script
