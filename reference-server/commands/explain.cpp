#include "access/access.h"
#include "accounts/accounts.h"
#include "commands/command.h"
#include "commands/port_roles.h"
#include "settings/access_rules.h"

#include <algorithm>
#include <ostream>

namespace refserver::commands {

namespace {

struct ExplainArguments {
    Files files;
    std::string from;
    std::string to;
    bool outgoing = false;
    std::string login;
    std::string recipient;
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

/// Tells step by step what the server would answer.
class Explanation {
public:
    Explanation(const ExplainArguments& arguments, settings::Settings settings, const Context& context)
        : arguments_(arguments),
          settings_(std::move(settings)),
          rules_(settings::access_rules(settings_)),
          out_(context.console.out) {
        const auto address = access::IpAddress::parse(arguments.from);
        if (!address) throw Failure("--from: \"" + arguments.from + "\" is not an IP address");
        client_.address = *address;
        const auto local = context.parts.local_addresses();
        client_.is_local = local.contains(*address);
        roles_ = port_roles(settings_, arguments.outgoing, arguments.to);
        load_accounts();
    }

    void tell() {
        tell_port();
        if (arguments_.outgoing && !rules_.outgoing_enabled) {
            say("connect", "nothing listens on the outgoing port (D6)");
            return;
        }
        if (access::disconnect_at_once(rules_, roles_, client_)) {
            tell_access();
            say("connect", "421 4.7.1 and disconnected at once (D23, D24, X7)");
            return;
        }
        say("connect", "220, while fewer than " + std::to_string(settings_.smtp.max_connections_per_port) +
                           " connections are open on the port (D12); otherwise 421 4.3.2 (X5)");
        tell_login();
        if (access::mail_needs_login(rules_, roles_, client_)) {
            tell_access();
            say("MAIL", "530 5.7.0 until there is a login (X12)");
            return;
        }
        tell_recipient();
    }

private:
    void say(std::string_view what, const std::string& answer) {
        out_ << what << std::string(what.size() < 10 ? 10 - what.size() : 1, ' ') << answer << '\n';
    }

    void load_accounts() {
        const auto file = arguments_.files.accounts_file(settings_);
        if (!std::filesystem::exists(file)) {
            directory_ = accounts::Directory::from({});
            return;
        }
        std::vector<std::string> mistakes;
        directory_ = accounts::Directory::load(file, mistakes);
        if (!directory_) throw Failure(mistakes.front());
    }

    void tell_port() {
        const bool shared = roles_.incoming && roles_.outgoing;
        say("client", client_.address.to_string() +
                          (client_.is_local ? ", assigned to this computer" : ", not assigned to this computer"));
        say("port", shared            ? "serves incoming and outgoing mail (shared, D8)"
                    : roles_.outgoing ? "serves outgoing mail alone"
                                      : "serves incoming mail alone (D5)");
    }

    void tell_login() {
        if (arguments_.login.empty()) return;
        const std::string what = "AUTH";
        if (!access::offers_authentication(rules_, roles_)) {
            say(what, "503 5.5.1: no login is taken here (X11)");
            return;
        }
        const auto& access = settings_.smtp.outgoing.access;
        const bool only = access.logins == settings::Logins::only;
        client_.logged_in = only ? equal_ignoring_case(access.user, arguments_.login)
                                 : directory_->by_user(arguments_.login) != nullptr;
        const std::string rule = only ? "D20" : "D19";
        say(what, client_.logged_in ? "235 2.7.0 with the right password (" + rule + ")"
                                    : "535 5.7.8, whatever the password: " +
                                          std::string(only ? "another login is the only one" : "no such account") +
                                          " (" + rule + ")");
    }

    void tell_access() {
        for (const auto& step : access::steps(rules_, roles_, client_)) {
            say(step.rule, std::string(step.question) + (step.answer ? " yes" : " no"));
        }
        const auto decision = access::outgoing_privileges(rules_, roles_, client_);
        say("access", (decision.verdict == access::Verdict::allow ? "allowed: " : "refused: ") +
                          std::string(decision.why) + " (" + std::string(decision.rule) + ")");
    }

    void tell_recipient() {
        const std::string what = "RCPT";
        const auto& address = arguments_.recipient;
        const auto at = address.rfind('@');
        if (at == std::string::npos) {
            if (!equal_ignoring_case(address, "postmaster")) throw Failure("--rcpt: \"" + address + "\" has no @");
            say(what, "250: postmaster's mail goes to " + settings_.general.admin_email + " (RFC 5321 4.5.1)");
            return;
        }
        const auto local_part = address.substr(0, at);
        const auto domain = address.substr(at + 1);
        const auto& hosted = settings_.general.local_domains;
        const bool is_hosted = std::any_of(hosted.begin(), hosted.end(),
                                           [&](const auto& name) { return equal_ignoring_case(name, domain); });
        const bool of_this_server = is_hosted || equal_ignoring_case(domain, settings_.general.primary_domain);
        const auto* account = is_hosted ? directory_->by_address(local_part, domain) : nullptr;
        if (account) {
            say(what, "250, delivered to the mailbox of " + account->user + " (D5, D10)");
        } else if (of_this_server && equal_ignoring_case(local_part, "postmaster")) {
            say(what, "250: postmaster's mail goes to " + settings_.general.admin_email + " (RFC 5321 4.5.1)");
        } else if (is_hosted) {
            say(what, "550 5.1.1: no such mailbox in a hosted domain (X2)");
        } else {
            tell_outgoing_recipient();
        }
    }

    void tell_outgoing_recipient() {
        tell_access();
        const auto verdict = access::outgoing_privileges(rules_, roles_, client_).verdict;
        const auto& mail = settings_.outgoing_mail;
        if (verdict == access::Verdict::needs_login) {
            say("RCPT", "530 5.7.0: a login would help (X12)");
        } else if (verdict == access::Verdict::refuse) {
            say("RCPT", "550 5.7.1: no login would help (X12)");
        } else if (!mail.enabled) {
            say("RCPT", "451 4.3.2: the outgoing mail service is off (X3)");
        } else if (mail.mode == settings::OutgoingMode::relay) {
            say("RCPT",
                "250, sent on through " + mail.relay_host + ":" + std::to_string(mail.relay_port) + " (D7, X16)");
        } else {
            say("RCPT", "250, sent on to the mail servers of the domain (D7, X17)");
        }
    }

    const ExplainArguments& arguments_;
    settings::Settings settings_;
    access::Rules rules_;
    access::PortRoles roles_;
    access::Client client_;
    std::shared_ptr<const accounts::Directory> directory_;
    std::ostream& out_;
};

}  // namespace

void add_explain(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("explain", "tell what would happen to a client, and by which rule");
    command->footer("Nothing is sent or stored. A login is taken to come with the right password.");
    auto arguments = std::make_shared<ExplainArguments>();
    add_settings_option(*command, arguments->files);
    add_accounts_option(*command, arguments->files);
    command->add_option("--from", arguments->from, "the client's address")->required()->type_name("IP");
    static const std::map<std::string, bool> services{{"incoming", false}, {"outgoing", true}};
    command->add_option("--port", arguments->outgoing, "the port it connects to: incoming or outgoing")
        ->required()
        ->type_name("SERVICE")
        ->transform(CLI::CheckedTransformer(services).description(""));
    command
        ->add_option("--to", arguments->to,
                     "the address it connects to; needed when one port number serves both on different addresses (X4)")
        ->type_name("IP");
    command->add_option("--login", arguments->login, "the user name it logs in with")->type_name("USER");
    command->add_option("--rcpt", arguments->recipient, "the recipient")->required()->type_name("ADDRESS");
    command->callback([arguments, &context] {
        Explanation(*arguments, arguments->files.read_settings(context.console), context).tell();
    });
}

}  // namespace refserver::commands
