#pragma once

#include "client/execute.h"
#include "client/maildir_reader.h"
#include "client/message_check.h"
#include "client/names.h"
#include "client/transcript.h"

#include <string>
#include <vector>

namespace smtpspec::client {

/// Looks into the mailboxes of a case's accounts.
class Mailboxes {
public:
    Mailboxes(const Stage& stage, const Names& names, Transcript& transcript)
        : stage_(stage), names_(names), transcript_(transcript) {}

    /// Nothing: there are so many messages (or, with `at_most`, fewer) and, as a fence proves, no further one.
    std::optional<std::string> count_difference(const script::CountCheck&);

    /// The message of that number (from 1), once it is there; nothing if it does not come in time.
    std::optional<FoundMessage> message(const std::string& role, std::size_t number);
    /// All messages there are, once a fence has proven that no further one comes.
    std::vector<FoundMessage> all_messages(const std::string& role);

private:
    MaildirReader reader(const std::string& role) const;
    void pass_fence(const std::string& role);
    void send_fence(const std::string& address, const std::string& token);
    Patience patience() const;

    const Stage& stage_;
    const Names& names_;
    Transcript& transcript_;
    int fences_ = 0;
};

}  // namespace smtpspec::client
