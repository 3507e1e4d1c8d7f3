#pragma once

#include "client/execute.h"
#include "client/message_check.h"
#include "client/names.h"
#include "script/expand.h"
#include "sink/next_hop.h"

#include <optional>
#include <string>

namespace smtpspec::client {

/// What a case tells the next hop and sees there. All is told and asked for the domain of a role.
class Sink {
public:
    Sink(const Stage& stage, const Names& names) : stage_(stage), names_(names) {}

    /// Nothing: so many messages (or, with `at_most`, fewer) came for the role's domain up to now.
    std::optional<std::string> count_difference(const script::CountCheck&);
    /// Nothing: no more connections than that stood at one time.
    std::optional<std::string> connections_difference(std::size_t at_most) const;
    /// Nothing: what was said on the connections of the domain (or, without a role, on all) is as the check says.
    std::optional<std::string> dialogue_difference(const script::SinkDialogueCheck&, const CheckContext&) const;
    /// The message of that number (from 1), once it is there; nothing if it does not come in time.
    std::optional<FoundMessage> message(const std::string& role, std::size_t number);
    /// All messages that came up to now.
    std::vector<FoundMessage> all_messages(const std::string& role);

    using Text = std::function<std::string(const script::Template&)>;
    void apply(const script::SinkRule&, const Text&);
    void apply(const script::SinkOffers&);
    void apply(const script::SinkState&);
    void apply(const script::DnsRecord&, const Text&);

private:
    const Stage& stage_;
    const Names& names_;
};

}  // namespace smtpspec::client
