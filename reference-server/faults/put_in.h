#pragma once

#include "faults/dialogue.h"
#include "faults/fault.h"
#include "service/policy.h"

/// The ways to put a fault in, each at one seam.
namespace refserver::faults {

using PutIn = std::function<void(service::ServeOptions&)>;

/// The server works with other settings than those in its file.
PutIn with_settings(std::function<void(settings::Settings&)>);
PutIn with_rules(std::function<void(access::Rules&)>);
PutIn with_facts(std::function<void(protocol::ServerFacts&)>);

PutIn with_dialogue(Changes);
PutIn with_command(std::function<std::string(const std::string&)>);
/// Replies to that verb.
PutIn with_reply(std::string verb, std::function<std::string(std::string)>);
PutIn with_replies(std::function<std::string(const std::string&, std::string)>);

PutIn with_commit(
    std::function<routing::CommitResult(const service::Commit&, const routing::AcceptedMail&, std::string&)>);
PutIn with_mail(std::function<void(routing::AcceptedMail&)>);
PutIn with_content(std::function<std::string(std::string)>);

/// What a policy is asked about.
struct Question {
    const service::Configuration& configuration;
    access::PortRoles roles;
    access::Client client;
    std::string_view login;
};
/// Changes what the server's own policy answers; what is empty changes nothing.
struct Answers {
    std::function<bool(bool own)> offers_authentication;
    std::function<std::optional<protocol::Refusal>(const Question&, const protocol::ReversePath&,
                                                   std::optional<protocol::Refusal> own)>
        mail;
    std::function<protocol::RecipientVerdict(const Question&, const protocol::Mailbox&, protocol::RecipientVerdict own)>
        recipient;
};
PutIn with_answers(Answers);
PutIn with_recipients(
    std::function<protocol::RecipientVerdict(const Question&, const protocol::Mailbox&, protocol::RecipientVerdict)>);

}  // namespace refserver::faults
