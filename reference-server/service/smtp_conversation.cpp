#include "service/smtp_conversation.h"

#include "accounts/challenge.h"
#include "protocol/base64.h"
#include "service/mail_of_session.h"

#include <chrono>
#include <variant>

namespace refserver::service {
namespace {

/// A guesser waits this long for each answer after the first wrong one (X14).
constexpr std::chrono::seconds delay_after_failed_login{1};
constexpr std::chrono::seconds longest_handshake{30};

/// Few octets of commands can make many octets of replies; content makes none.
constexpr std::size_t most_octets_of_commands = 4 * 1024;
constexpr std::size_t most_octets_of_content = 16 * 1024;

std::chrono::system_clock::time_point now() {
    return std::chrono::system_clock::now();
}

std::string random_nonce() {
    constexpr std::size_t octets = 18;
    return protocol::base64_encode(accounts::random_octets(octets));
}

/// On the worker.
LoginResult verify(const std::string* stored, const protocol::VerifyLogin& login) {
    if (const auto* given = std::get_if<protocol::PasswordGiven>(&login.evidence)) {
        return {accounts::password_matches(stored, given->password), {}};
    }
    if (const auto* given = std::get_if<protocol::CramMd5Response>(&login.evidence)) {
        return {accounts::cram_md5_matches(stored, given->challenge, given->digest), {}};
    }
    const auto& given = std::get<protocol::ScramResponse>(login.evidence);
    const auto signature = accounts::scram_sha_256_signature(
        stored, {given.salt, protocol::ScramResponse::iterations, given.auth_message, given.proof});
    return {signature.has_value(), signature.value_or("")};
}

std::unique_ptr<protocol::Policy> policy_of(const Services& services, const ConnectionOrigin& origin) {
    std::unique_ptr<protocol::Policy> own =
        std::make_unique<ConnectionPolicy>(services.sources, origin.roles, origin.client);
    if (!services.seams.policy) return own;
    return services.seams.policy(std::move(own), services.sources, origin.roles, origin.client);
}

protocol::ConnectionFacts facts_of(const ConnectionOrigin& origin) {
    protocol::ConnectionFacts facts;
    facts.id = origin.id;
    facts.client_address = origin.client.to_string();
    facts.implicit_tls = origin.implicit_tls;
    facts.submission = origin.roles.outgoing && !origin.roles.incoming;
    facts.nonce = random_nonce;
    return facts;
}

protocol::CommitOutcome outcome_of(routing::CommitResult result) {
    switch (result) {
        case routing::CommitResult::stored:
            return protocol::CommitOutcome::stored;
        case routing::CommitResult::no_space:
            return protocol::CommitOutcome::no_space;
        case routing::CommitResult::failed:
            break;
    }
    return protocol::CommitOutcome::failed;
}

/// On the worker: what has become of the mail is known even if its client has gone meanwhile.
void log_commit(Log& log, const routing::AcceptedMail& mail, const std::string& id, routing::CommitResult result,
                const std::string& why) {
    LogFields fields{{"connection", mail.connection_id}, {"id", id}};
    const bool stored = result == routing::CommitResult::stored;
    if (stored) log.write(LogLevel::debug, "mail-stored", fields);
    if (stored && why.empty()) return;
    fields.emplace_back("why", why);
    if (stored) return log.write(LogLevel::error, "report-not-sent", fields);
    log.write(LogLevel::error, "mail-not-stored", fields);
}

}  // namespace

SmtpConversation::SmtpConversation(const Services& services, ConnectionOrigin origin)
    : services_(services),
      origin_(std::move(origin)),
      policy_(policy_of(services, origin_)),
      octets_(services.seams.octets ? services.seams.octets() : nullptr),
      session_(services.sources.configuration.get()->facts, facts_of(origin_), *policy_, *this) {
    services_.conversations.add(*this, origin_.loop);
}

SmtpConversation::~SmtpConversation() {
    services_.log.write(LogLevel::information, "connection-closed", fields());
    services_.conversations.remove(*this, origin_.loop);
}

void SmtpConversation::opened(net::Connection& connection) {
    connection_ = &connection;
    services_.log.write(LogLevel::information, "connection-opened", fields());
    if (origin_.implicit_tls) return act_on(protocol::StartTls{});
    session_.greet();
    proceed();
}

void SmtpConversation::received(std::string_view octets) {
    if (octets_) {
        session_.feed(octets_->received(octets), now());
    } else {
        session_.feed(octets, now());
    }
    proceed();
}

void SmtpConversation::end_of_input() {
    session_.end_of_input();
    proceed();
}

std::size_t SmtpConversation::appetite() const {
    if (session_.waiting()) return 0;
    return awaited_ == protocol::Awaiting::data_block ? most_octets_of_content : most_octets_of_commands;
}

void SmtpConversation::encrypted(std::string version, std::string cipher) {
    handshaking_ = false;
    session_.tls_started(std::move(version), std::move(cipher), now());
    if (origin_.implicit_tls) session_.greet();
    proceed();
}

void SmtpConversation::deadline_passed() {
    if (handshaking_) {
        services_.log.write(LogLevel::information, "tls-handshake-timeout", fields());
        return connection_->abandon();
    }
    session_.timed_out();
    proceed();
}

void SmtpConversation::lost() {
    write_session_log();
    services_.log.write(LogLevel::information, handshaking_ ? "tls-handshake-failed" : "connection-lost", fields());
}

void SmtpConversation::shut_down() {
    session_.shut_down();
    proceed();
}

void SmtpConversation::abandon() {
    connection_->abandon();
}

void SmtpConversation::configuration_changed() {
    session_.facts_changed(services_.sources.configuration.get()->facts);
}

void SmtpConversation::proceed() {
    std::string output = session_.take_output();
    if (octets_) output = octets_->sent(output);
    const auto request = session_.take_request();
    write_session_log();
    if (request && std::holds_alternative<protocol::Close>(*request)) return connection_->finish(output);
    if (!output.empty()) connection_->send(output);
    if (request) {
        if (const auto* login = std::get_if<protocol::VerifyLogin>(&*request)) act_on(*login);
        if (const auto* mail = std::get_if<protocol::CommitMail>(&*request)) act_on(*mail);
        if (std::holds_alternative<protocol::StartTls>(*request)) return act_on(protocol::StartTls{});
    }
    arrange_deadline(!output.empty());
}

std::function<void(std::function<void(SmtpConversation&)>)> SmtpConversation::way_back() const {
    return [&loop = connection_->loop(), token = connection_->token()](std::function<void(SmtpConversation&)> action) {
        loop.post([&loop, token, action = std::move(action)] {
            auto* connection = static_cast<net::Connection*>(loop.find(token));
            if (connection == nullptr) return;
            action(static_cast<SmtpConversation&>(connection->conversation()));
            connection->resume_reading();
        });
    };
}

void SmtpConversation::act_on(const protocol::VerifyLogin& login) {
    const auto configuration = services_.sources.configuration.get();
    const bool taken = services_.logins.submit([configuration, login, reply = way_back()] {
        const auto result = verify(configuration->password_of(login.user), login);
        reply([result](SmtpConversation& it) { it.login_answered(result); });
    });
    if (taken) return;
    services_.log.write(LogLevel::warning, "login-queue-full", fields());
    session_.login_unavailable(now());
    proceed();
}

void SmtpConversation::login_answered(const LoginResult& result) {
    auto answer = [this, result] {
        failed_login_ = failed_login_ || !result.right;
        session_.login_verified(result.right, now(), result.signature);
        proceed();
        connection_->resume_reading();
    };
    if (!failed_login_) return answer();
    delayed_answer_ = std::make_unique<net::Timer>(connection_->loop().timers(), answer);
    delayed_answer_->start(delay_after_failed_login);
}

void SmtpConversation::act_on(const protocol::CommitMail& request) {
    auto mail = std::make_shared<routing::AcceptedMail>(mail_of(request, std::move(content_), origin_.id));
    auto job = [log = &services_.log, id = request.id, commit = services_.commit, mail, reply = way_back()] {
        std::string why;
        const auto result = commit(*mail, why);
        log_commit(*log, *mail, id, result, why);
        reply([result](SmtpConversation& it) { it.committed(result); });
    };
    if (services_.commits.submit(std::move(job))) return;
    committed(routing::CommitResult::failed);
}

void SmtpConversation::act_on(protocol::StartTls) {
    const auto tls = services_.sources.configuration.get()->tls;
    if (!tls) return connection_->abandon();  // a reload has taken it away since it was offered
    handshaking_ = true;
    connection_->set_deadline(longest_handshake);
    connection_->start_tls(tls->accept());
}

void SmtpConversation::committed(routing::CommitResult result) {
    session_.mail_committed(outcome_of(result), now());
    proceed();
}

void SmtpConversation::arrange_deadline(bool progress) {
    const protocol::Awaiting awaiting = session_.awaiting();
    // Content may come for ever as long as it comes; a command must be complete in its time.
    const bool begins_anew = progress || awaiting != awaited_ || awaiting == protocol::Awaiting::data_block;
    awaited_ = awaiting;
    if (awaiting == protocol::Awaiting::nothing) {
        connection_->clear_deadline();
    } else if (begins_anew) {
        connection_->set_deadline(session_.patience());
    }
}

void SmtpConversation::begin() noexcept {
    content_ = std::make_shared<routing::Content>(services_.temporary_directory);
}

void SmtpConversation::append(std::string_view octets) noexcept {
    content_->append(octets);
}

void SmtpConversation::discard() noexcept {
    content_.reset();
}

LogFields SmtpConversation::fields() const {
    return {{"connection", origin_.id},
            {"client", origin_.client.to_string()},
            {"client_port", std::to_string(origin_.client_port)}};
}

void SmtpConversation::write_session_log() {
    for (auto& [event, more] : session_.take_log()) {
        LogFields all = fields();
        all.insert(all.end(), more.begin(), more.end());
        services_.log.write(LogLevel::information, event, all);
    }
}

}  // namespace refserver::service
