#include "client/mock_client.h"

#include "client/case_ends.h"
#include "client/reply_match.h"
#include "client/text.h"

namespace smtpspec::client {

namespace {

constexpr Milliseconds time_for_reply{10'000};
// The end of a case that passed is no reason to wait long for a server that has become silent.
constexpr Milliseconds time_for_goodbye{2'000};

script::Channel channel_of(const script::Client& client, const Stage& stage) {
    if (!stage.channel || client.over_is_given || client.to == script::PortRole::implicit) return client.over;
    const bool has_implicit_port = client.to == script::PortRole::outgoing && stage.implicit_tls_port != 0;
    if (*stage.channel == script::Channel::implicit && !has_implicit_port) return client.over;
    return *stage.channel;
}

std::uint16_t port_of(script::PortRole role, script::Channel channel, const Stage& stage) {
    if (channel == script::Channel::implicit || role == script::PortRole::implicit) return stage.implicit_tls_port;
    return role == script::PortRole::incoming ? stage.incoming_port : stage.outgoing_port;
}

bool is_reply(const Heard& heard, const char* code) {
    return heard.kind == Heard::Kind::reply && heard.reply.code == code;
}

bool is_lost(const Heard& heard) {
    using Kind = Heard::Kind;
    return heard.kind == Kind::closed || heard.kind == Kind::reset || heard.kind == Kind::refused;
}

}  // namespace

Milliseconds scaled(Milliseconds time, const Stage& stage) {
    return std::chrono::duration_cast<Milliseconds>(time * stage.timeout_scale);
}

Milliseconds reply_time(const Stage& stage) {
    return scaled(time_for_reply, stage);
}

MockClient::MockClient(std::string name, const script::Client& script, const Stage& stage, Transcript& transcript)
    : name_(std::move(name)),
      script_(script),
      stage_(stage),
      transcript_(transcript),
      channel_(channel_of(script, stage)) {}

Wire& MockClient::wire() {
    if (wire_ && wire_->is_open()) return *wire_;
    throw CaseEnds(Outcome::inconclusive, "client " + name() + " has no connection");
}

void MockClient::arrive() {
    if (used_) return;
    connect();
    const Heard greeting = hear(reply_time(stage_));
    if (is_reply(greeting, "220") && greeting.reply.violations.empty()) return;
    throw CaseEnds(Outcome::inconclusive, "expected a greeting 220; got " + description(greeting), is_lost(greeting));
}

void MockClient::connect() {
    used_ = true;
    if (wire_ && wire_->is_open()) close();
    earlier_contents_ = contents();
    exchange_ = Exchange();
    guard_.reset();
    if (stage_.may_get_mail) guard_.emplace(*stage_.may_get_mail);
    early_.clear();
    refused_.reset();
    half_closed_ = ended_ = stalled_ = false;
    last_code_.clear();
    if (open()) start_channel();
}

bool MockClient::open() {
    const std::string& fixture_address =
        script_.to == script::PortRole::incoming ? stage_.incoming_address : stage_.outgoing_address;
    const std::string& host = script_.to_address.empty() ? fixture_address : script_.to_address;
    const std::uint16_t port = port_of(script_.to, channel_, stage_);
    if (port == 0) throw CaseEnds(Outcome::inconclusive, "the settings open no port for client " + name());
    try {
        wire_.emplace(Wire::open(script_.from, host, port, patience(reply_time(stage_))));
    } catch (const ConnectFailed& failed) {
        if (failed.why == ConnectFailed::Why::not_ours) throw CaseEnds(Outcome::inconclusive, failed.what());
        wire_.reset();
        refused_ = failed.what();
        transcript_.note(name(), "no connection: " + *refused_);
        return false;
    } catch (const Cancelled&) {
        throw;
    } catch (const std::runtime_error& no_such_address) {
        throw CaseEnds(Outcome::inconclusive, no_such_address.what());
    }
    transcript_.opened(name(), wire_->local() + " to " + wire_->peer());
    if (wire_->came_from_elsewhere())
        transcript_.note(name(), wire_->peer() + " cannot be reached from " + script_.from);
    return true;
}

void MockClient::start_channel() {
    if (channel_ == script::Channel::plain) return;
    if (channel_ == script::Channel::starttls) {
        early_.push_back(listen(reply_time(stage_)));
        // A server that turns the client away is what the script may be about.
        if (!is_reply(early_.back(), "220")) return;
        for (const auto& [line, code] :
             {std::pair("EHLO client.example\r\n", "250"), std::pair("STARTTLS\r\n", "220")}) {
            write({line}, false);
            const Heard heard = listen(reply_time(stage_));
            if (is_reply(heard, code)) continue;
            throw CaseEnds(
                Outcome::inconclusive,
                "before the first line, to " + readable(line) + ": expected " + code + "; got " + description(heard),
                is_lost(heard));
        }
    }
    try {
        transcript_.tls(name(), wire().start_tls(patience(reply_time(stage_))));
        exchange_.tls_started();
    } catch (const TlsFailed& failed) {
        transcript_.note(name(), failed.what());
        // Turned away before the handshake: heard as what it is. Anything else is no connection at all.
        if (!wire().has_news()) refused_ = failed.what();
        if (channel_ == script::Channel::starttls) throw CaseEnds(Outcome::inconclusive, failed.what());
    }
}

void MockClient::write(const std::vector<std::string>& pieces, bool await_taken) {
    if (stalled_) return;
    const auto patience_each = reply_time(stage_);
    for (const std::string& piece : pieces) {
        require_permission(piece);
        exchange_.sent(piece);
        transcript_.sent(name(), piece);
        switch (wire().send(piece, patience_each, stage_.cancelled)) {
            case Wire::Sent::all:
                break;
            case Wire::Sent::broken:
                // What the server said before it went is judged by the next `S`.
                transcript_.note(name(), "the server does not take this any more");
                return;
            case Wire::Sent::late:
                // Whether that is a finding is up to the next `S`, like any other silence.
                transcript_.note(name(), "the server stopped reading");
                stalled_ = true;
                return;
        }
        if (await_taken && &piece != &pieces.back()) wire().await_taken(patience(patience_each));
    }
}

void MockClient::require_permission(std::string_view octets) {
    const auto recipient = guard_ ? guard_->objection(octets) : std::nullopt;
    if (!recipient) return;
    CaseEnds ends(Outcome::not_observable, "a mail to " + readable(*recipient) + " would follow");
    ends.missing = "permission";
    throw CaseEnds(ends);
}

void MockClient::say(const Writes& writes) {
    flush();
    if (refused_) return;
    write(writes.pieces, writes.await_taken);
}

void MockClient::flush() {
    if (held_back_.empty()) return;
    const std::string octets = std::exchange(held_back_, {});
    if (!refused_) write({octets}, false);
}

Heard MockClient::listen(Milliseconds limit) {
    // Who does not read cannot be waiting to answer: the time was given when it was written.
    Heard heard = hear_reply(wire(), exchange_.utf8(), patience(stalled_ ? Milliseconds::zero() : limit));
    if (stalled_ && heard.kind == Heard::Kind::nothing) heard.note = ", and it stopped reading";
    record(heard);
    return heard;
}

Heard MockClient::hear(Milliseconds limit) {
    flush();
    if (!early_.empty()) {
        const Heard heard = early_.front();
        early_.pop_front();
        return heard;
    }
    if (refused_) {
        Heard heard;
        heard.kind = Heard::Kind::refused;
        heard.note = *refused_;
        return heard;
    }
    return listen(limit);
}

void MockClient::record(const Heard& heard) {
    if (!heard.reply.raw.empty()) transcript_.received(name(), heard.reply.raw);
    if (heard.kind == Heard::Kind::reply) {
        const bool to_recipient = exchange_.answered(heard.reply) == "RCPT";
        if (guard_ && to_recipient) guard_->recipient_answered(heard.reply.code.starts_with('2'));
        last_code_ = heard.reply.code;
        last_text_.clear();
        for (const std::string& line : heard.reply.lines) last_text_ += (last_text_.empty() ? "" : "\n") + line;
    } else {
        const bool end = heard.kind == Heard::Kind::closed || heard.kind == Heard::Kind::reset;
        if (end && !ended_)
            transcript_.closed(name(), heard.kind == Heard::Kind::reset ? "reset by the server" : "by the server");
        if (!end) transcript_.note(name(), description(heard));
        ended_ = ended_ || end;
    }
}

Heard MockClient::command(std::string_view line) {
    say({{std::string(line) + "\r\n"}, false});
    return hear(reply_time(stage_));
}

Heard MockClient::hear_or_fence(Milliseconds limit) {
    flush();
    if (refused_ || !early_.empty() || wire().has_news()) return hear(limit);
    say({{"NOOP\r\n"}, false});
    Heard heard = hear(limit);
    if (heard.kind == Heard::Kind::reply && heard.reply.violations.empty() && heard.reply.code != "421") {
        heard.kind = Heard::Kind::stays_open;
    }
    return heard;
}

void MockClient::start_tls(const TlsDemands& demands) {
    flush();
    if (refused_) return;
    try {
        const Wire::ClearOctets unread = Wire::ClearOctets::forget;
        transcript_.tls(name(), wire().start_tls(patience(reply_time(stage_)), unread, demands));
        exchange_.tls_started();
    } catch (const TlsFailed& failed) {
        transcript_.note(name(), failed.what());
        refused_ = failed.what();
        Heard end;
        end.kind = Heard::Kind::closed;
        early_.assign(1, end);
        wire().close();
    }
}

void MockClient::half_close() {
    flush();
    half_closed_ = true;
    transcript_.note(name(), "half-close");
    wire().half_close();
}

void MockClient::close() {
    flush();
    wire().close();
    transcript_.closed(name(), "by the client");
}

void MockClient::abort() {
    flush();
    wire().abort();
    transcript_.closed(name(), "reset by the client");
}

std::vector<std::string> MockClient::contents() const {
    std::vector<std::string> result = earlier_contents_;
    result.insert(result.end(), exchange_.contents().begin(), exchange_.contents().end());
    return result;
}

std::optional<std::string> MockClient::finish() {
    if (!wire_ || !wire_->is_open()) return std::nullopt;
    flush();
    std::optional<std::string> surplus;
    const bool nothing_due = early_.empty() && !ended_ && !stalled_ && (exchange_.at_rest() || exchange_.in_content());
    if (nothing_due && wire_->has_news() && wire_->has_unread()) {
        surplus = description(listen(scaled(time_for_goodbye, stage_)));
    } else if (nothing_due && exchange_.at_rest() && !half_closed_ && last_code_ != "221" && last_code_ != "421") {
        surplus = surplus_after_quit();
    }
    if (wire_->is_open()) close();
    return surplus;
}

std::optional<std::string> MockClient::surplus_after_quit() {
    write({"QUIT\r\n"}, false);
    const Milliseconds limit = scaled(time_for_goodbye, stage_);
    const Heard first = listen(limit);
    if (first.kind != Heard::Kind::reply || first.reply.code == "221" || first.reply.code == "421") return std::nullopt;
    const Heard second = listen(limit);
    if (second.kind != Heard::Kind::reply) return std::nullopt;
    return description(first);
}

}  // namespace smtpspec::client
