#include "client/player.h"

#include "client/base64.h"
#include "client/reply_match.h"
#include "script/expand.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>

namespace smtpspec::client {

namespace {

constexpr Milliseconds time_of_silence{1'000};
constexpr Milliseconds time_to_become_free{5'000};
constexpr Milliseconds between_connections{10};

bool is_end(const Heard& heard) {
    using Kind = Heard::Kind;
    return heard.kind == Kind::closed || heard.kind == Kind::reset || heard.kind == Kind::refused;
}

/// Whether the statement is one of a client, and not of the mailboxes, the next hop or the server.
bool is_dialogue(const script::Act& act) {
    return std::holds_alternative<script::Send>(act) || std::holds_alternative<script::SendMessage>(act) ||
           std::holds_alternative<script::Expect>(act) || std::holds_alternative<script::ClientAct>(act) ||
           std::holds_alternative<script::StartTls>(act) || std::holds_alternative<script::Given>(act);
}

template <class Wanted>
bool any_alternative(const script::Expect& expect) {
    return std::any_of(expect.alternatives.begin(), expect.alternatives.end(),
                       [](const auto& alternative) { return std::holds_alternative<Wanted>(alternative); });
}

}  // namespace

Player::Player(const script::Case& played, const Stage& stage, Transcript& transcript)
    : case_(played),
      stage_(stage),
      transcript_(transcript),
      names_(stage),
      mailboxes_(stage, names_, transcript),
      sink_(stage, names_) {
    for (const auto& client : played.clients) {
        for (int i = 1; i <= client.times; ++i) {
            const std::string name = client.times == 1 ? client.name : client.name + "#" + std::to_string(i);
            clients_.push_back(std::make_unique<MockClient>(name, client, stage, transcript));
            connections_[client.name].push_back(clients_.back().get());
        }
    }
}

void Player::play() {
    play(case_.statements);
    statement_ = nullptr;
    finish();
}

void Player::play(const std::vector<Statement>& statements) {
    for (const Statement& statement : statements) play(statement);
}

void Player::play(const Statement& statement) {
    statement_ = &statement;
    for (MockClient* connection : connections()) {
        current_ = connection;
        last_reply_ = connection->last_text();
        flush_others();
        std::visit([this](const auto& what) { act(what); }, statement.act);
        if (!is_dialogue(statement.act)) return;
    }
}

void Player::finish() {
    for (const auto& client : clients_) {
        if (const auto surplus = client->finish()) {
            const std::string whose = clients_.size() > 1 ? " by client " + client->name() : "";
            judge("expected nothing further; a reply that nobody asked for was left unread" + whose + ": " + *surplus);
        }
    }
}

void Player::flush_others() {
    const bool speaks = std::holds_alternative<script::Send>(statement_->act) ||
                        std::holds_alternative<script::SendMessage>(statement_->act);
    for (const auto& other : clients_) {
        if (!speaks || other.get() != current_) other->flush();
    }
}

const std::vector<MockClient*>& Player::connections() const {
    const std::string& name = statement_->client.empty() ? case_.clients.at(0).name : statement_->client;
    const auto found = connections_.find(name);
    if (found == connections_.end()) throw CaseEnds(Outcome::inconclusive, "there is no client " + name);
    return found->second;
}

void Player::judge(const std::optional<std::string>& difference, bool lost) const {
    if (!difference) return;
    const std::string& words = statement_ && !statement_->words.empty() ? statement_->words : case_.title;
    throw CaseEnds(Outcome::violated, words + ": " + *difference, lost);
}

// --- saying ---------------------------------------------------------------------

void Player::send(Writes writes) {
    MockClient& speaker = client();
    speaker.arrive();
    if (stage_.segmentation == Segmentation::coalesced && !writes.await_taken) {
        for (const std::string& piece : writes.pieces) speaker.hold(piece);
    } else {
        speaker.say(segmented(std::move(writes), stage_.segmentation));
    }
}

void Player::act(const script::Send& said) {
    // What was offered is known only once the client is there.
    client().arrive();
    Writes writes;
    writes.await_taken = said.await_taken;
    for (const auto& write : said.writes) {
        const std::string octets = text(write);
        if (said.piece > 0) {
            auto pieces = cut_every(octets, static_cast<std::size_t>(said.piece));
            writes.pieces.insert(writes.pieces.end(), pieces.begin(), pieces.end());
        } else {
            writes.pieces.push_back(octets);
        }
    }
    send(std::move(writes));
}

MessageParts Player::parts(const std::string& from, const std::string& to) {
    return {.from = from, .to = to, .marker = names_.value("marker", nullptr).value_or("mail"), .number = ++messages_};
}

std::string Player::content_of(const script::SendMessage& message) {
    if (!message.file.empty()) {
        std::ifstream file(stage_.messages / message.file, std::ios::binary);
        if (!file) throw CaseEnds(Outcome::inconclusive, "fixtures/messages/" + message.file + " cannot be read");
        return {std::istreambuf_iterator<char>(file), {}};
    }
    const auto about = parts(names_.value("ann", nullptr).value_or(""), names_.value("alice", nullptr).value_or(""));
    if (!message.octets) return small_message(about);
    const std::string octets = text(*message.octets);
    if (octets.empty() || octets.size() > 10 || octets.find_first_not_of("0123456789") != std::string::npos) {
        throw CaseEnds(Outcome::inconclusive, "a message cannot have `" + octets + "` octets");
    }
    return message_of(std::stoull(octets), about);
}

void Player::act(const script::SendMessage& message) {
    client().arrive();
    send({{as_data(content_of(message))}, false});
}

void Player::act(script::ClientAct what) {
    MockClient& actor = client();
    if (what == script::ClientAct::connect) return actor.connect();
    actor.arrive();
    if (what == script::ClientAct::half_close) return actor.half_close();
    what == script::ClientAct::close ? actor.close() : actor.abort();
}

void Player::act(const script::StartTls& start) {
    client().arrive();
    client().start_tls({start.version, start.name ? text(*start.name) : std::string(), start.anonymous});
}

// --- hearing --------------------------------------------------------------------

Heard Player::hear(const script::Expect& expect) {
    MockClient& listener = client();
    if (!listener.was_used()) listener.connect();
    Milliseconds limit = reply_time(stage_);
    if (expect.or_silent) limit = scaled(time_of_silence, stage_);
    if (expect.within) limit = scaled(*expect.within, stage_);
    return any_alternative<script::StillOpen>(expect) ? listener.hear_or_fence(limit) : listener.hear(limit);
}

Heard Player::reconnect(const script::Expect& expect) {
    const Patience patience(scaled(expect.within.value_or(time_to_become_free), stage_), stage_.cancelled);
    while (true) {
        client().connect();
        Heard heard = client().hear(reply_time(stage_));
        if (patience.poll_ms() == 0 || !mismatch(expect, heard, pattern_text())) return heard;
        std::this_thread::sleep_for(between_connections);
    }
}

void Player::act(const script::Expect& expect) {
    const Heard heard = expect.reconnecting ? reconnect(expect) : hear(expect);
    auto difference = mismatch(expect, heard, pattern_text());
    if (!difference) return;
    if (connections().size() > 1) *difference += " on connection " + client().name();
    const bool end_expected =
        any_alternative<script::ConnectionClosed>(expect) || any_alternative<script::ConnectionReset>(expect);
    const bool lost = is_end(heard) && !end_expected;
    if (expect.precondition) {
        const std::string words = statement_->words.empty() ? "a precondition does not hold" : statement_->words;
        throw CaseEnds(Outcome::inconclusive, words + ": " + *difference, lost);
    }
    judge(difference, lost);
}

// --- given ----------------------------------------------------------------------

void Player::step(const std::string& octets, const char* code) {
    send({{octets}, false});
    const Heard heard = client().hear(reply_time(stage_));
    const bool good =
        heard.kind == Heard::Kind::reply && heard.reply.violations.empty() && code_fits(code, heard.reply.code);
    if (good) return;
    const std::string line = octets.substr(0, octets.find("\r\n"));
    throw CaseEnds(Outcome::inconclusive,
                   "a precondition does not hold: to `" + line + "` expected " + code + "; got " + description(heard),
                   is_end(heard));
}

void Player::login(const std::string& role) {
    const Account& account = names_.account(role);
    step("AUTH PLAIN " + base64(std::string(1, '\0') + account.user + std::string(1, '\0') + account.password) + "\r\n",
         "235");
}

void Player::transaction(const script::Given& given) {
    step("MAIL FROM:<" + names_.address(given.from) + ">\r\n", "250");
    for (const std::string& role : given.to) step("RCPT TO:<" + names_.address(role) + ">\r\n", "250");
}

void Player::act(const script::Given& given) {
    client().arrive();
    switch (given.kind) {
        case script::GivenKind::ehlo:
            return step("EHLO client.example\r\n", "250");
        case script::GivenKind::helo:
            return step("HELO client.example\r\n", "250");
        case script::GivenKind::login:
            return login(given.login);
        case script::GivenKind::data:
            return step("DATA\r\n", "354");
        case script::GivenKind::transaction:
            return transaction(given);
        case script::GivenKind::mail:
            transaction(given);
            step("DATA\r\n", "354");
            return step(as_data(small_message(parts(names_.address(given.from), names_.address(given.to.front())))),
                        "250");
    }
}

// --- the rest ----------------------------------------------------------------------

void Player::act(const script::Repeat& repeat) {
    int times = repeat.times;
    if (repeat.computed) {
        const std::string computed = text(*repeat.computed);
        if (computed.empty() || computed.size() > 6 || computed.find_first_not_of("0123456789") != std::string::npos) {
            throw CaseEnds(Outcome::inconclusive, "nothing can be repeated `" + computed + "` times");
        }
        times = std::stoi(computed);
    }
    const auto outer = names_.round();
    for (int i = 1; i <= times; ++i) {
        names_.set_round(i);
        play(repeat.body);
    }
    names_.set_round(outer);
}

std::optional<std::string> Player::last_reply_of(std::string_view client) const {
    for (const auto& connection : clients_) {
        if (connection->name() == client) return connection->last_text();
    }
    return std::nullopt;
}

std::optional<std::string> Player::value(std::string_view name) {
    if (name == "reply") return last_reply_;
    if (name.ends_with(".reply")) return last_reply_of(name.substr(0, name.size() - 6));
    return names_.value(name, &client().exchange());
}

std::string Player::text(const script::Template& source) {
    return script::expand(source, [this](std::string_view name) { return value(name); });
}

std::string Player::pattern(const script::Pattern& source) {
    return script::expand_pattern(source.expression, [this](std::string_view name) { return value(name); });
}

PatternText Player::pattern_text() {
    return [this](const script::Pattern& source) { return pattern(source); };
}

CheckContext Player::check_context() {
    return {[this](const script::Template& source) { return text(source); }, pattern_text(), contents()};
}

std::vector<std::string> Player::contents() const {
    std::vector<std::string> result;
    for (const auto& client : clients_) {
        const auto sent = client->contents();
        result.insert(result.end(), sent.begin(), sent.end());
    }
    return result;
}

}  // namespace smtpspec::client
