#include "faults/put_in.h"

#include <atomic>
#include <regex>

namespace refserver::faults {
namespace {

using settings::Settings;

/// Counts what RCPT was asked since MAIL (or for ever), refused ones too.
PutIn counting_all(bool for_ever) {
    return [for_ever](service::ServeOptions& options) {
        options.seams.policy = [for_ever](std::unique_ptr<protocol::Policy> own, const service::PolicySources& sources,
                                          access::PortRoles roles, const access::IpAddress& client) {
            auto count = std::make_shared<std::uint32_t>(0);
            Answers answers;
            answers.mail = [=](const Question&, const protocol::ReversePath&, std::optional<protocol::Refusal> mine) {
                if (!for_ever) *count = 0;
                return mine;
            };
            answers.recipient = [=](const Question& asked, const protocol::Mailbox&,
                                    protocol::RecipientVerdict mine) -> protocol::RecipientVerdict {
                if (++*count > asked.configuration.facts->max_recipients) {
                    return protocol::Refusal{452, "4.5.3", "too many", "X6"};
                }
                return mine;
            };
            service::ServeOptions inner;
            with_answers(answers)(inner);
            return inner.seams.policy(std::move(own), sources, roles, client);
        };
    };
}

std::string with_size(const std::string& reply, int more) {
    static const std::regex size("SIZE ([0-9]+)");
    std::smatch found;
    if (!std::regex_search(reply, found, size)) return reply;
    return found.prefix().str() + "SIZE " + std::to_string(std::stoll(found[1]) + more) + found.suffix().str();
}

/// A limit one off; what EHLO says of it stays right.
PutIn with_limits_unannounced(std::function<void(protocol::ServerFacts&)> change) {
    return [change](service::ServeOptions& options) {
        auto real = std::make_shared<service::InEffect<protocol::ServerFacts>>();
        options.seams.configuration = [=](service::Configuration& configuration) {
            real->set(configuration.facts);
            auto facts = std::make_shared<protocol::ServerFacts>(*configuration.facts);
            change(*facts);
            configuration.facts = facts;
        };
        with_reply("EHLO", [real](std::string reply) {
            static const std::regex size("SIZE [0-9]+");
            static const std::regex limit("RCPTMAX=[0-9]+");
            reply = std::regex_replace(reply, size, "SIZE " + std::to_string(real->get()->max_mail_size));
            return std::regex_replace(reply, limit, "RCPTMAX=" + std::to_string(real->get()->max_recipients));
        })(options);
    };
}

}  // namespace

Faults limit_faults() {
    return {
        {"recipients-one-too-many",
         {"D14", "X6"},
         "one recipient more than allowed is accepted",
         with_limits_unannounced([](protocol::ServerFacts& facts) { ++facts.max_recipients; })},
        {"recipients-one-too-few",
         {"D14", "X6"},
         "the last recipient that is allowed is refused",
         with_limits_unannounced([](protocol::ServerFacts& facts) { --facts.max_recipients; })},
        {"recipients-unlimited",
         {"D14"},
         "any number of recipients is accepted",
         with_limits_unannounced([](protocol::ServerFacts& facts) { facts.max_recipients = 1'000'000; })},
        {"recipients-refused-ones-count", {"X6"}, "refused recipients count, too", counting_all(false)},
        {"recipients-count-never-starts-again", {"X6"}, "recipients of earlier mails count, too", counting_all(true)},
        {"recipients-over-the-limit-refused-for-good",
         {"X6", "5321-4.5.3.1.10-too-many-rcpt-452"},
         "550 5.5.3 instead of 452",
         with_reply("RCPT", [](std::string r) { return replaced(std::move(r), "452 4.5.3", "550 5.5.3"); })},
        {"recipients-over-the-limit-close",
         {"X6", "5321-4.5.3.1.8-orderly-limit"},
         "421 instead of 452",
         with_reply("RCPT", [](std::string r) { return replaced(std::move(r), "452 4.5.3", "421 4.5.3"); })},
        {"recipients-over-the-limit-other-enhanced-code",
         {"X6"},
         "452 4.3.1 instead of 4.5.3",
         with_reply("RCPT", [](std::string r) { return replaced(std::move(r), "452 4.5.3", "452 4.3.1"); })},
        {"limits-announce-one-too-many",
         {"9422-4.2-rcptmax-honoured", "X6"},
         "RCPTMAX says one more than is accepted",
         with_limits_unannounced(
             [](protocol::ServerFacts& facts) { facts.max_recipients = facts.max_recipients - 1; })},
        {"limits-not-announced",
         {"X6"},
         "LIMITS RCPTMAX is missing",
         with_reply("EHLO", [](std::string r) { return replaced(std::move(r), "RCPTMAX", "MAILMAX"); })},
        {"connections-one-too-many",
         {"D12", "X5"},
         "one connection more than the cap is served",
         with_settings([](Settings& s) { ++s.smtp.max_connections_per_port; })},
        {"connections-one-too-few",
         {"D12"},
         "the last connection that the cap allows is turned away",
         with_settings([](Settings& s) { s.smtp.max_connections_per_port -= s.smtp.max_connections_per_port > 1; })},
        {"connections-unlimited", {"D12", "X5"}, "there is no cap", with_settings([](Settings& s) {
             s.smtp.max_connections_per_port = 5000;
         })},
        {"size-announced-one-too-many",
         {"1870-4-at-limit-accepted"},
         "SIZE says one octet more than is taken",
         with_reply("EHLO", [](std::string r) { return with_size(r, 1); })},
        {"size-announced-one-too-few",
         {"1870-4-over-limit-552"},
         "SIZE says one octet less than is taken",
         with_reply("EHLO", [](std::string r) { return with_size(r, -1); })},
        {"size-not-checked",
         {"1870-4-over-limit-552", "1870-6.1-552-too-big"},
         "mail of any size is taken",
         with_limits_unannounced([](protocol::ServerFacts& facts) { facts.max_mail_size = 1'000'000'000'000; })},
        {"size-too-big-is-temporary",
         {"1870-4-over-limit-552"},
         "452 instead of 552",
         with_replies(
             [](const std::string&, std::string r) { return replaced(std::move(r), "552 5.3.4", "452 4.3.4"); })},
        {"size-parameter-refused",
         {"1870-4-extended-mail-accepted"},
         "SIZE= of MAIL is an unknown parameter",
         with_command([](const std::string& line) { return replaced(line, " SIZE=", " SIZ="); })},
        {"primary-domain-of-another",
         {"5321-4.1.1.1-server-names-itself", "5321-4.2-greeting-domain-first", "5321-2.3.5-ehlo-name-primary"},
         "the server gives another name",
         with_settings([](Settings& s) { s.general.primary_domain = "another.example"; })},
    };
}

}  // namespace refserver::faults
