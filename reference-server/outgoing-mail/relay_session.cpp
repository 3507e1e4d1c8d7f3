#include "outgoing-mail/relay_session.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <utility>

namespace refserver::outgoing_mail {

using namespace std::chrono_literals;

namespace {

// RFC 5321 §4.5.3.1.4, without CR LF; AUTH with an initial response may not be longer either (RFC 4954 §4).
constexpr std::size_t longest_command = 510;

}  // namespace

RelaySession::RelaySession(SessionFacts facts) : facts_(std::move(facts)) {
    awaited_.push_back(Step::greeting);
    failure_ = {Outcome::temporary, "no answer", "4.4.2", {}, false};
}

std::string RelaySession::take_output() {
    return std::exchange(output_, {});
}

std::chrono::seconds RelaySession::patience() const {
    if (phase_ == Phase::content) return 3min;
    switch (awaited_.empty() ? Step::rset : awaited_.front()) {
        case Step::data:
            return 2min;
        case Step::message:
            return 10min;
        case Step::quit:
            return 5s;  // nothing depends on the answer any more
        default:
            return 5min;
    }
}

void RelaySession::send(Step step, const std::string& line) {
    output_ += line + "\r\n";
    awaited_.push_back(step);
}

void RelaySession::feed(std::string_view octets) {
    reader_.feed(octets);
    while (phase_ != Phase::over && phase_ != Phase::handshake) {
        const auto reply = reader_.next();
        if (!reply) {
            if (reader_.broken()) lost("what the next hop says is not SMTP");
            return;
        }
        ++replies_;
        if (awaited_.empty()) return unasked(*reply);
        const Step step = awaited_.front();
        awaited_.pop_front();
        handle(step, *reply);
    }
}

// A host that shuts down may say 421 at any time (RFC 5321 §3.8); and one that has seen enough of a mail may say so
// before its end, after which the connection is of no use.
void RelaySession::unasked(const Reply& reply) {
    if (phase_ != Phase::content || reply.code == 421 || reply.kind() < 4)
        return lost("unasked reply: " + reply.text());
    verdict(reply);
    phase_ = Phase::over;
}

void RelaySession::handle(Step step, const Reply& reply) {
    if (step == Step::quit) {
        phase_ = Phase::over;
    } else if (reply.code == 421 && was_ready_) {
        give_up(result_of(reply));
    } else if (was_ready_) {
        transaction_reply(step, reply);
    } else {
        opening_reply(step, reply);
    }
}

void RelaySession::opening_reply(Step step, const Reply& reply) {
    const bool right = reply.kind() == 2;
    switch (step) {
        case Step::greeting:
            if (!right) return unusable(reply);
            return send(Step::ehlo, "EHLO " + facts_.own_name);
        case Step::ehlo:
            if (reply.kind() == 5 && !tls_) return send(Step::helo, "HELO " + facts_.own_name);
            if (!right) return unusable(reply);
            offers_ = NextHopOffers::from_ehlo(reply);
            return after_hello();
        case Step::helo:
            if (!right) return unusable(reply);
            return after_hello();
        case Step::starttls:
            if (!right) return log_in();
            // Octets behind the 220 were not protected by TLS: somebody put them there (RFC 3207 §5).
            if (reader_.has_more()) return lost("octets behind the reply to STARTTLS");
            phase_ = Phase::handshake;
            return;
        case Step::auth_cancelled:
            return no_login("4.7.0", "the relay sends a challenge that cannot be answered");
        default:
            return login_reply(reply);
    }
}

void RelaySession::after_hello() {
    if (offers_.starttls && facts_.use_starttls && !tls_) return send(Step::starttls, "STARTTLS");
    log_in();
}

void RelaySession::tls_started(bool verified) {
    tls_ = true;
    tls_verified_ = verified;
    offers_ = {};
    phase_ = Phase::opening;
    send(Step::ehlo, "EHLO " + facts_.own_name);
}

void RelaySession::log_in() {
    // A relay that offers no login to this client may know it by its address; whether it does, it tells for each mail.
    if (facts_.user.empty() || !offers_.auth) return become_ready();
    // RFC 4954 §14.
    if (!tls_verified_ && !facts_.clear_login_is_safe) {
        return no_login("4.7.11",
                        tls_ ? "the certificate of the relay is not known to be its own, so it gets no password"
                             : "the relay offers no TLS, and a password is not sent in clear");
    }
    logins_ = sasl_clients(offers_.auth_mechanisms, {facts_.user, facts_.password}, facts_.nonce);
    if (logins_.empty()) return no_login("4.7.4", "the relay offers no mechanism of AUTH that is known here");
    try_login();
}

void RelaySession::try_login() {
    auto& login = *logins_.front();
    std::string line = "AUTH " + std::string(login.mechanism());
    initial_response_ = login.initial_response();
    if (initial_response_) {
        const std::string longer = line + ' ' + (initial_response_->empty() ? "=" : base64(*initial_response_));
        if (longer.size() <= longest_command) {
            line = longer;
            initial_response_.reset();
        }
    }
    send(Step::auth, line);
}

void RelaySession::login_reply(const Reply& reply) {
    if (reply.code == 334) return challenge(reply);
    // Too weak for this user, or not known after all (RFC 4954 §6, §4).
    if ((reply.code == 534 || reply.code == 504) && logins_.size() > 1) {
        logins_.erase(logins_.begin());
        return try_login();
    }
    if (reply.kind() != 2) return unusable(reply);
    if (!logins_.front()->server_is_proven())
        return no_login("4.7.8", "the relay has not proven that it knows the password (RFC 5802)");
    logged_in_ = true;
    become_ready();
}

void RelaySession::challenge(const Reply& reply) {
    const auto question = from_base64(reply.lines.front());
    std::optional<std::string> answer;
    if (question)
        answer = initial_response_ ? std::exchange(initial_response_, {}) : logins_.front()->respond(*question);
    if (!answer) return send(Step::auth_cancelled, "*");
    send(Step::auth, base64(*answer));
}

// A login that fails is a matter of the settings: the mail waits for somebody to mend them.
void RelaySession::no_login(const std::string& status, const std::string& why) {
    failure_ = {Outcome::temporary, why, status, {}, false};
    quit();
}

void RelaySession::become_ready() {
    was_ready_ = true;
    phase_ = Phase::ready;
}

// A refused login is a mistake of the settings, not a verdict on a mail: the mail waits for somebody to mend it.
void RelaySession::unusable(const Reply& reply) {
    failure_ = result_of(reply);
    if (!facts_.user.empty()) failure_.outcome = Outcome::temporary;
    if (reply.code == 421) {
        phase_ = Phase::over;
    } else {
        quit();
    }
}

void RelaySession::quit() {
    phase_ = Phase::quitting;
    send(Step::quit, "QUIT");
}

void RelaySession::lost(const std::string& reason) {
    if (phase_ == Phase::quitting) {
        phase_ = Phase::over;
        return;
    }
    give_up({Outcome::temporary, reason, "4.4.2", {}, false});
}

void RelaySession::give_up(Result why) {
    why.outcome = Outcome::temporary;
    if (!was_ready_) failure_ = why;
    // A connection that served a mail and then ends without a word about the next says nothing about that one: many
    // hosts limit the mails of a connection.
    if (reused_ && !reply_seen_) why.outcome = Outcome::postponed;
    const bool under_way = phase_ == Phase::envelope || phase_ == Phase::content || phase_ == Phase::verdict;
    const bool mail_refused = reply_seen_ && !mail_taken_;
    if (under_way && !mail_refused) {
        for (std::size_t i = 0; i < results_.size(); ++i) {
            if (accepted_[i] || (i >= answered_ && i < submitted_)) results_[i] = why;
        }
    }
    output_.clear();
    awaited_.clear();
    phase_ = Phase::over;
}

Result RelaySession::result_of(const Reply& reply) const {
    Result r;
    r.outcome = reply.kind() == 2 ? Outcome::delivered : reply.kind() == 5 ? Outcome::permanent : Outcome::temporary;
    r.answer = reply.text();
    r.status = reply.status();
    r.host = facts_.host;
    r.dsn_passed_on = r.outcome == Outcome::delivered && offers_.dsn;
    if (r.outcome == Outcome::delivered && transaction_.envelope && transaction_.envelope->deliver_by) {
        // RFC 2852 §4.1.4: a trace tells of each host, and §4.1.4.2: of where the promise to tell of a delay ends.
        const auto& by = *transaction_.envelope->deliver_by;
        r.told_when_relayed = by.trace || (!by.or_return && !offers_.deliver_by);
    }
    return r;
}

}  // namespace refserver::outgoing_mail
