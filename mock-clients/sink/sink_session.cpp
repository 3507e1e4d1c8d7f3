#include "sink/sink_session.h"

#include "sink/names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace smtpspec::sink {

namespace {

using Side = client::SinkDialogue::Side;

constexpr std::string_view sink_name = "mx.remote.example";
constexpr std::size_t longest_line = 65'536;

std::string upper_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

}  // namespace

const std::map<std::string, SinkSession::Handler, std::less<>>& SinkSession::handlers() {
    static const std::map<std::string, Handler, std::less<>> table{
        {"HELO", &SinkSession::helo}, {"EHLO", &SinkSession::ehlo},         {"MAIL", &SinkSession::mail},
        {"RCPT", &SinkSession::rcpt}, {"DATA", &SinkSession::data},         {"BDAT", &SinkSession::bdat},
        {"RSET", &SinkSession::rset}, {"NOOP", &SinkSession::noop},         {"VRFY", &SinkSession::vrfy},
        {"QUIT", &SinkSession::quit}, {"STARTTLS", &SinkSession::starttls}, {"AUTH", &SinkSession::auth},
    };
    return table;
}

SinkSession::SinkSession(SinkWorld& world, std::string came_to)
    : world_(world), dialogue_(world.dialogues.open(came_to)), came_to_(std::move(came_to)) {
    if (!told_for_all("greeting")) send("220 " + std::string(sink_name) + " ESMTP");
}

SinkSession::~SinkSession() {
    world_.dialogues.end(dialogue_);
}

std::string SinkSession::take_output() {
    return std::exchange(output_, {});
}

void SinkSession::receive(std::string_view octets) {
    if (next_ == Next::close) return;
    world_.dialogues.note(dialogue_, Side::client, octets);
    bool more = true;
    while (more && !octets.empty() && next_ == Next::go_on) {
        switch (reading_) {
            case Reading::content:
                more = take_content(octets);
                break;
            case Reading::chunk:
                more = take_chunk(octets);
                break;
            default:
                more = take_line(octets);
        }
    }
    // RFC 3207 §4: nothing may be said between STARTTLS and the handshake; what is said there is somebody else's.
    if (next_ == Next::start_tls && !octets.empty()) next_ = Next::close;
}

bool SinkSession::take_line(std::string_view& input) {
    const std::size_t end = input.find('\n');
    line_ += input.substr(0, end);
    if (line_.size() > longest_line) {
        reply("500", "5.5.2", "line too long");
        next_ = Next::close;
        return false;
    }
    if (end == std::string_view::npos) {
        input = {};
        return false;
    }
    input.remove_prefix(end + 1);
    std::string line = std::exchange(line_, {});
    const bool complete = line.ends_with('\r');
    if (complete) line.pop_back();
    if (!complete || line.find_first_of(std::string_view("\r\0", 2)) != std::string::npos) {
        reading_ = Reading::commands;
        reply("500", "5.5.2", "a line ends in CR LF and holds no CR, LF or NUL");
    } else if (reading_ == Reading::commands) {
        command(line);
    } else {
        auth_line(line);
    }
    return true;
}

void SinkSession::command(std::string_view line) {
    const std::size_t blank = line.find(' ');
    const auto handler = handlers().find(upper_case(line.substr(0, blank)));
    if (handler == handlers().end()) {
        reply("500", "5.5.1", "unknown command");
        return;
    }
    (this->*handler->second)(blank == std::string_view::npos ? std::string_view{} : line.substr(blank + 1));
}

void SinkSession::helo(std::string_view name) {
    greet(name, false);
}

void SinkSession::ehlo(std::string_view name) {
    greet(name, true);
}

void SinkSession::greet(std::string_view name, bool extended) {
    if (name.empty() || name.find(' ') != std::string_view::npos) {
        reply("501", "5.5.4", "a name should stand here");
        return;
    }
    helo_ = name;
    extended_ = extended;
    forget_transaction();
    char kind = '2';
    if (told_for_all(extended ? "EHLO" : "HELO", &kind)) {
        if (!accepts(kind)) helo_.clear();
        return;
    }
    std::vector<std::string> lines{std::string(sink_name)};
    if (extended) {
        for (std::string& offer : offers()) lines.push_back(std::move(offer));
    }
    send_lines("250", lines);
}

std::vector<std::string> SinkSession::offers() const {
    if (auto told = world_.registry.offered()) return *told;
    std::vector<std::string> lines{"PIPELINING", "SIZE 67108864", "8BITMIME",         "SMTPUTF8",           "DSN",
                                   "CHUNKING",   "BINARYMIME",    "AUTH PLAIN LOGIN", "ENHANCEDSTATUSCODES"};
    // RFC 3207 §4.2: not offered again within TLS.
    if (world_.tls_possible && !tls_) lines.emplace_back("STARTTLS");
    return lines;
}

bool SinkSession::offers(std::string_view keyword) const {
    const std::vector<std::string> lines = offers();
    return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
        return upper_case(std::string_view(line).substr(0, line.find(' '))) == keyword;
    });
}

void SinkSession::rset(std::string_view) {
    forget_transaction();
    if (!told_for_all("RSET")) reply("250", "2.0.0", "forgotten");
}

void SinkSession::noop(std::string_view) {
    reply("250", "2.0.0", "done");
}

void SinkSession::vrfy(std::string_view) {
    reply("252", "2.5.2", "send it and see");
}

void SinkSession::quit(std::string_view) {
    if (!told_for_all("QUIT")) reply("221", "2.0.0", "good bye");
    next_ = Next::close;
}

void SinkSession::starttls(std::string_view argument) {
    if (!extended_ || !world_.tls_possible || tls_ || !offers("STARTTLS")) {
        return reply("502", "5.5.1", "not offered");
    }
    if (!argument.empty()) return reply("501", "5.5.4", "STARTTLS stands alone");
    char kind = '2';
    if (!told_for_all("STARTTLS", &kind)) reply("220", "2.0.0", "go ahead");
    if (next_ == Next::close || !accepts(kind)) return;
    next_ = told_for_all("handshake") ? Next::refuse_tls : Next::start_tls;
}

void SinkSession::tls_started() {
    world_.dialogues.note(dialogue_, Side::wire, "TLS");
    tls_ = true;
    next_ = Next::go_on;
    helo_.clear();
    extended_ = false;
    login_.clear();
    forget_transaction();
}

bool SinkSession::told(std::string_view verb, const std::vector<std::string>& domains, char* kind) {
    for (const std::string& domain : domains) {
        const auto answer = world_.registry.take_answer(verb, domain);
        if (!answer) continue;
        if (answer->close) {
            next_ = Next::close;
            return true;
        }
        send(answer->reply);
        if (answer->reply.starts_with("421")) next_ = Next::close;
        if (kind) *kind = answer->reply.front();
        return true;
    }
    return false;
}

void SinkSession::reply(std::string_view code, std::string_view enhanced, std::string_view text) {
    std::string line(code);
    line += ' ';
    // RFC 2034 §4: neither with 3xx nor for those who have not been offered them.
    if (extended_ && !enhanced.empty() && offers("ENHANCEDSTATUSCODES")) line += std::string(enhanced) + ' ';
    line += text;
    send(std::move(line));
}

void SinkSession::send(std::string line) {
    line += "\r\n";
    world_.dialogues.note(dialogue_, Side::sink, line);
    output_ += line;
}

void SinkSession::send_lines(std::string_view code, const std::vector<std::string>& lines) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
        send(std::string(code) + (i + 1 < lines.size() ? '-' : ' ') + lines[i]);
    }
}

}  // namespace smtpspec::sink
