#include "faults/put_in.h"

#include <filesystem>

namespace refserver::faults {
namespace {

class ChangedPolicy final : public protocol::Policy {
public:
    ChangedPolicy(Answers answers, std::unique_ptr<protocol::Policy> own, const service::PolicySources& sources,
                  access::PortRoles roles, const access::IpAddress& client)
        : answers_(std::move(answers)), own_(std::move(own)), sources_(sources), roles_(roles), client_(client) {}

    bool offers_authentication() const override {
        const bool own = own_->offers_authentication();
        return answers_.offers_authentication ? answers_.offers_authentication(own) : own;
    }
    bool knows_clear_passwords() const override { return own_->knows_clear_passwords(); }
    std::string salt(std::string_view user) const override { return own_->salt(user); }
    std::optional<protocol::Refusal> mail(const protocol::ReversePath& path, std::string_view login) const override {
        auto own = own_->mail(path, login);
        const auto configuration = sources_.configuration.get();
        return answers_.mail ? answers_.mail(question(*configuration, login), path, std::move(own)) : own;
    }
    protocol::RecipientVerdict recipient(const protocol::Mailbox& mailbox, std::string_view login) const override {
        auto own = own_->recipient(mailbox, login);
        const auto configuration = sources_.configuration.get();
        return answers_.recipient ? answers_.recipient(question(*configuration, login), mailbox, std::move(own)) : own;
    }

private:
    Question question(const service::Configuration& configuration, std::string_view login) const {
        access::Client client = sources_.client(client_);
        client.logged_in = configuration.login_counts(login);
        return {configuration, roles_, client, login};
    }

    Answers answers_;
    std::unique_ptr<protocol::Policy> own_;
    const service::PolicySources& sources_;
    access::PortRoles roles_;
    access::IpAddress client_;
};

}  // namespace

PutIn with_settings(std::function<void(settings::Settings&)> change) {
    return [change](service::ServeOptions& options) {
        change(options.settings);
        options.reread = [change, own = options.reread] {
            auto settings = own();
            if (settings) change(*settings);
            return settings;
        };
    };
}

PutIn with_rules(std::function<void(access::Rules&)> change) {
    return [change](service::ServeOptions& options) {
        options.seams.configuration = [change](service::Configuration& configuration) { change(configuration.rules); };
    };
}

PutIn with_facts(std::function<void(protocol::ServerFacts&)> change) {
    return [change](service::ServeOptions& options) {
        options.seams.configuration = [change](service::Configuration& configuration) {
            auto facts = std::make_shared<protocol::ServerFacts>(*configuration.facts);
            change(*facts);
            configuration.facts = facts;
        };
    };
}

PutIn with_dialogue(Changes changes) {
    return [changes](service::ServeOptions& options) {
        options.seams.octets = [changes] { return std::make_unique<Dialogue>(changes); };
    };
}

PutIn with_command(std::function<std::string(const std::string&)> change) {
    Changes changes;
    changes.command = std::move(change);
    return with_dialogue(changes);
}

PutIn with_replies(std::function<std::string(const std::string&, std::string)> change) {
    Changes changes;
    changes.reply = std::move(change);
    return with_dialogue(changes);
}

PutIn with_reply(std::string verb, std::function<std::string(std::string)> change) {
    return with_replies([verb = std::move(verb), change = std::move(change)](const std::string& of, std::string reply) {
        return of == verb ? change(std::move(reply)) : reply;
    });
}

PutIn with_commit(
    std::function<routing::CommitResult(const service::Commit&, const routing::AcceptedMail&, std::string&)> change) {
    return [change](service::ServeOptions& options) {
        options.seams.commit = [change](service::Commit own) -> service::Commit {
            return
                [change, own](const routing::AcceptedMail& mail, std::string& why) { return change(own, mail, why); };
        };
    };
}

PutIn with_mail(std::function<void(routing::AcceptedMail&)> change) {
    return with_commit([change](const service::Commit& own, const routing::AcceptedMail& mail, std::string& why) {
        routing::AcceptedMail changed = mail;
        change(changed);
        return own(changed, why);
    });
}

PutIn with_content(std::function<std::string(std::string)> change) {
    return with_mail([change](routing::AcceptedMail& mail) {
        const std::string changed = change(mail.content->read(0, mail.content->size()));
        mail.content = std::make_shared<routing::Content>(std::filesystem::temp_directory_path().string());
        mail.content->append(changed);
    });
}

PutIn with_answers(Answers answers) {
    return [answers](service::ServeOptions& options) {
        options.seams.policy = [answers](std::unique_ptr<protocol::Policy> own, const service::PolicySources& sources,
                                         access::PortRoles roles, const access::IpAddress& client) {
            return std::make_unique<ChangedPolicy>(answers, std::move(own), sources, roles, client);
        };
    };
}

PutIn with_recipients(
    std::function<protocol::RecipientVerdict(const Question&, const protocol::Mailbox&, protocol::RecipientVerdict)>
        change) {
    Answers answers;
    answers.recipient = std::move(change);
    return with_answers(answers);
}

}  // namespace refserver::faults
