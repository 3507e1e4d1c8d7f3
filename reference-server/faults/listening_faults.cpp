#include "commands/machine.h"
#include "faults/put_in.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>

/// Where the two services listen, and how many connections they take at most (D1 to D4, D8, D9, D11, D13, X1).
namespace refserver::faults {
namespace {

using settings::Settings;

bool is_host_name(const std::string& listen_ip) {
    return !listen_ip.empty() && !access::IpAddress::parse(listen_ip);
}

/// Port 0 is any that is free.
bool can_be_had(const std::string& listen_ip, std::uint16_t port) {
    try {
        const Poco::Net::ServerSocket socket(Poco::Net::SocketAddress(listen_ip.empty() ? "0.0.0.0" : listen_ip, port));
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

bool can_be_had(const std::string& listen_ip) {
    return can_be_had(listen_ip, 0);
}

/// As a service that insists on the standard port: elsewhere it takes no mail.
PutIn only_on_port_25(std::uint16_t (*port)(const Settings&), bool (*concerned)(const access::PortRoles&)) {
    Answers answers;
    answers.mail = [=](const Question& asked, const protocol::ReversePath&, std::optional<protocol::Refusal> own) {
        if (own || port(asked.configuration.settings) == 25 || !concerned(asked.roles)) return own;
        return std::optional(protocol::Refusal{550, "5.7.0", "this is not port 25", ""});
    };
    return with_answers(answers);
}

Faults incoming() {
    return {
        {"incoming-port-has-no-incoming-service",
         {"D1"},
         "what comes in on the incoming port is refused, for hosted recipients, too",
         with_recipients([](const Question& asked, const protocol::Mailbox&,
                            protocol::RecipientVerdict own) -> protocol::RecipientVerdict {
             if (!asked.roles.incoming) return own;
             return protocol::Refusal{550, "5.7.1", "no mail here", ""};
         })},
        {"incoming-port-has-to-be-25",
         {"D2"},
         "MAIL gets 550 where the incoming port is not 25",
         only_on_port_25([](const Settings& s) { return s.smtp.incoming.port; },
                         [](const access::PortRoles& roles) { return roles.incoming; })},
        {"incoming-listen-address-ignored",
         {"D3"},
         "the incoming port is open on all addresses, whichever is set",
         with_settings([](Settings& s) { s.smtp.incoming.listen_ip.clear(); })},
        {"incoming-listens-on-ipv4-only",
         {"D3"},
         "where no address is set the incoming port is not open on IPv6",
         with_settings([](Settings& s) {
             if (s.smtp.incoming.listen_ip.empty()) s.smtp.incoming.listen_ip = "0.0.0.0";
         })},
        {"incoming-listens-on-one-address-by-itself",
         {"D3"},
         "where no address is set the incoming port is open on 127.0.0.1 alone",
         with_settings([](Settings& s) {
             if (s.smtp.incoming.listen_ip.empty()) s.smtp.incoming.listen_ip = "127.0.0.1";
         })},
        {"incoming-host-name-means-all-addresses",
         {"D4"},
         "a host name as listen address of the incoming port is ignored",
         with_settings([](Settings& s) {
             if (is_host_name(s.smtp.incoming.listen_ip)) s.smtp.incoming.listen_ip.clear();
         })},
    };
}

Faults outgoing() {
    return {
        {"outgoing-port-of-its-own-takes-hosted-mail-only",
         {"D8"},
         "on an outgoing port of its own nobody relays",
         with_recipients([](const Question& asked, const protocol::Mailbox&,
                            protocol::RecipientVerdict own) -> protocol::RecipientVerdict {
             const auto* accepted = std::get_if<protocol::AcceptRecipient>(&own);
             if (asked.roles.incoming || !accepted || accepted->kind == protocol::RecipientKind::hosted) return own;
             return protocol::Refusal{550, "5.7.1", "no relaying here", ""};
         })},
        {"shared-port-is-incoming-only",
         {"D8"},
         "with the same port for both nobody relays on it",
         with_settings([](Settings& s) {
             if (s.smtp.outgoing.port == s.smtp.incoming.port) s.smtp.outgoing.enabled = false;
         })},
        {"outgoing-port-has-to-be-25",
         {"D9"},
         "MAIL gets 550 where the outgoing port is not 25",
         only_on_port_25([](const Settings& s) { return s.smtp.outgoing.port; },
                         [](const access::PortRoles& roles) { return roles.outgoing; })},
        {"outgoing-listen-address-ignored",
         {"D11"},
         "the outgoing port is open on all addresses, whichever is set",
         with_settings([](Settings& s) { s.smtp.outgoing.listen_ip.clear(); })},
        {"outgoing-host-name-means-all-addresses",
         {"D11"},
         "a host name as listen address of the outgoing port is ignored",
         with_settings([](Settings& s) {
             if (is_host_name(s.smtp.outgoing.listen_ip)) s.smtp.outgoing.listen_ip.clear();
         })},
    };
}

Faults starts() {
    return {
        {"addresses-that-cannot-be-had-mean-all",
         {"X1"},
         "where a listen address cannot be had the port is open on all addresses",
         with_settings([](Settings& s) {
             if (!can_be_had(s.smtp.incoming.listen_ip)) s.smtp.incoming.listen_ip.clear();
             if (!can_be_had(s.smtp.outgoing.listen_ip)) s.smtp.outgoing.listen_ip.clear();
         })},
        {"start-fails-late",
         {"X1"},
         "where a listen address cannot be had the start fails three seconds late",
         with_settings([](Settings& s) {
             if (!can_be_had(s.smtp.incoming.listen_ip) || !can_be_had(s.smtp.outgoing.listen_ip))
                 std::this_thread::sleep_for(std::chrono::seconds(3));
         })},
        {"outgoing-port-in-use-means-none",
         {"X1"},
         "where the outgoing port is in use the server starts without it",
         [](service::ServeOptions& options) {
             auto& service = options.settings.smtp.outgoing;
             if (can_be_had(service.listen_ip) && !can_be_had(service.listen_ip, service.port)) service.enabled = false;
         }},
    };
}

Faults caps() {
    return {
        {"connections-set-by-hand-do-not-count",
         {"D13"},
         "the cap is what setup generates for this computer, whatever the settings say",
         with_settings([](Settings& s) {
             s.smtp.max_connections_per_port =
                 static_cast<std::uint32_t>(commands::max_connections_per_port(commands::this_machine()).value);
         })},
    };
}

}  // namespace

Faults listening_faults() {
    Faults all = incoming();
    for (auto part : {outgoing(), starts(), caps()}) std::ranges::move(part, std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
