#include "sink/envelope_parser.h"
#include "sink/names.h"
#include "sink/sink_session.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace smtpspec::sink {

namespace {

bool take_keyword(std::string_view& text, std::string_view keyword) {
    if (text.size() < keyword.size() || lower_case(text.substr(0, keyword.size())) != keyword) return false;
    text.remove_prefix(keyword.size());
    return true;
}

/// The extension that defines a parameter of MAIL or RCPT; most bear its name.
std::string_view extension_of(std::string_view parameter) {
    if (parameter == "BODY") return "8BITMIME";
    if (parameter == "RET" || parameter == "ENVID" || parameter == "NOTIFY" || parameter == "ORCPT") return "DSN";
    if (parameter == "BY") return "DELIVERBY";
    return parameter;
}

bool belongs_to_rcpt(std::string_view parameter) {
    return parameter == "NOTIFY" || parameter == "ORCPT";
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::uint64_t SinkSession::size_limit() const {
    for (const std::string& line : offers()) {
        std::string_view text = line;
        if (!take_keyword(text, "size ")) continue;
        const auto limit = number(text);
        // RFC 1870 §4: 0 is no limit of its own.
        if (limit && *limit > 0) return std::min<std::uint64_t>(*limit, largest_content);
    }
    return largest_content;
}

std::string SinkSession::parameter_problem(const std::map<std::string, std::string>& parameters, bool of_mail) const {
    for (const auto& [keyword, value] : parameters) {
        if (!extended_ || belongs_to_rcpt(keyword) == of_mail || !offers(extension_of(keyword))) {
            return "555 5.5.4 the parameter " + keyword + " was not offered";
        }
        if (keyword == "BODY" && value != "7BIT" && value != "8BITMIME" &&
            !(value == "BINARYMIME" && offers("BINARYMIME"))) {
            return "501 5.5.4 unknown BODY";
        }
        if (keyword == "SIZE" && !number(value)) return "501 5.5.4 SIZE must be a number";
        if (keyword == "SIZE" && *number(value) > size_limit()) return "552 5.3.4 too big";
    }
    return {};
}

void SinkSession::mail(std::string_view argument) {
    if (helo_.empty()) return reply("503", "5.5.1", "EHLO first");
    if (mail_) return reply("503", "5.5.1", "a transaction is open");
    auto parsed = take_keyword(argument, "from:") ? parse_path_and_parameters(argument) : std::nullopt;
    if (!parsed) return reply("501", "5.5.4", "MAIL FROM:<address> with parameters");
    const bool utf8 = parsed->parameters.contains("SMTPUTF8");
    if (!parsed->path.empty() && !is_mailbox(parsed->path, utf8)) {
        // RFC 6531 §3.5: addresses beyond ASCII only where the client has said that they come.
        if (!is_ascii(parsed->path)) return reply("553", "5.6.7", "SMTPUTF8 was not asked for");
        return reply("501", "5.1.7", "bad reverse-path");
    }
    const std::string domain = domain_of(parsed->path);
    world_.dialogues.sender(dialogue_, domain);
    if (std::string problem = parameter_problem(parsed->parameters, true); !problem.empty()) return send(problem);
    char kind = '2';
    const bool answered = told("MAIL", {domain}, &kind);
    if (next_ == Next::close || !accepts(kind)) return;
    mail_.emplace();
    mail_->reverse_path = std::move(parsed->path);
    mail_->mail_parameters = std::move(parsed->parameters);
    if (!answered) reply("250", "2.1.0", "sender taken");
}

void SinkSession::rcpt(std::string_view argument) {
    if (!mail_) return reply("503", "5.5.1", "MAIL first");
    auto parsed = take_keyword(argument, "to:") ? parse_path_and_parameters(argument) : std::nullopt;
    if (!parsed) return reply("501", "5.5.4", "RCPT TO:<address> with parameters");
    const bool utf8 = mail_->mail_parameters.contains("SMTPUTF8");
    if (!is_mailbox(parsed->path, utf8)) {
        if (!is_ascii(parsed->path)) return reply("553", "5.6.7", "SMTPUTF8 was not asked for");
        return reply("501", "5.1.3", "bad recipient");
    }
    const std::string domain = domain_of(parsed->path);
    world_.dialogues.recipient(dialogue_, domain);
    if (std::string problem = parameter_problem(parsed->parameters, false); !problem.empty()) return send(problem);
    char kind = '2';
    const bool answered = told("RCPT", {domain}, &kind);
    if (next_ == Next::close || !accepts(kind)) return;
    mail_->recipients.push_back(parsed->path);
    mail_->recipient_parameters[parsed->path] = std::move(parsed->parameters);
    if (!answered) reply("250", "2.1.5", "recipient taken");
}

std::vector<std::string> SinkSession::recipient_domains() const {
    std::vector<std::string> domains;
    for (const std::string& recipient : mail_->recipients) domains.push_back(domain_of(recipient));
    domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
    return domains;
}

void SinkSession::data(std::string_view argument) {
    if (!argument.empty()) return reply("501", "5.5.4", "DATA stands alone");
    if (!mail_ || chunked_) return reply("503", "5.5.1", "not now");
    if (mail_->recipients.empty()) return reply("554", "5.5.1", "no valid recipients");
    const auto body = mail_->mail_parameters.find("BODY");
    if (body != mail_->mail_parameters.end() && body->second == "BINARYMIME") {
        return reply("503", "5.5.1", "BINARYMIME goes with BDAT");  // RFC 3030 §3
    }
    char kind = '2';
    const bool answered = told("DATA", recipient_domains(), &kind);
    if (next_ == Next::close || !accepts(kind)) return;
    if (!answered) reply("354", "", "go ahead");
    content_ = ContentReader{};
    reading_ = Reading::content;
}

bool SinkSession::take_content(std::string_view& input) {
    content_.take(input);
    if (!content_.ended()) return false;
    reading_ = Reading::commands;
    mail_->content = std::move(content_.content());
    const bool fits = content_.size() <= size_limit();
    if (fits) {
        message_ended();
    } else {
        reply("552", "5.3.4", "too big");
    }
    forget_transaction();
    return true;
}

void SinkSession::bdat(std::string_view argument) {
    const std::size_t blank = argument.find(' ');
    const auto size = number(argument.substr(0, blank));
    const std::string last = blank == std::string_view::npos ? "" : lower_case(argument.substr(blank + 1));
    if (!size || (blank != std::string_view::npos && last != "last")) {
        // How many octets follow cannot be known, so nothing that follows can be read.
        reply("501", "5.5.4", "BDAT size, perhaps LAST");
        next_ = Next::close;
        return;
    }
    chunk_left_ = chunk_size_ = *size;
    last_chunk_ = last == "last";
    chunk_refused_ = !extended_ || !offers("CHUNKING") || !mail_ || mail_->recipients.empty();
    chunked_ = true;
    reading_ = Reading::chunk;
    std::string_view nothing;
    if (chunk_left_ == 0) take_chunk(nothing);
}

bool SinkSession::take_chunk(std::string_view& input) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, input.size()));
    if (!chunk_refused_ && mail_->content.size() < largest_content) mail_->content += input.substr(0, size);
    input.remove_prefix(size);
    chunk_left_ -= size;
    if (chunk_left_ > 0) return false;
    reading_ = Reading::commands;
    chunked_size_ += chunk_size_;
    if (chunk_refused_) {
        reply("503", "5.5.1", "not now");
        chunked_ = false;
    } else if (chunked_size_ > size_limit()) {
        reply("552", "5.3.4", "too big");
        forget_transaction();
    } else if (last_chunk_) {
        message_ended();
        forget_transaction();
    } else {
        reply("250", "2.0.0", std::to_string(chunk_size_) + " octets taken");
    }
    return true;
}

void SinkSession::message_ended() {
    char kind = '2';
    const bool answered = told("message", recipient_domains(), &kind);
    if (next_ == Next::close || !accepts(kind)) return;
    mail_->came_to = came_to_;
    mail_->helo = helo_;
    mail_->tls = tls_;
    mail_->login = login_;
    // Filed before the client can know of it, so that nobody who does can miss it.
    world_.registry.add(*mail_);
    if (!answered) reply("250", "2.0.0", "message taken");
}

void SinkSession::forget_transaction() {
    mail_.reset();
    content_ = ContentReader{};
    chunked_ = false;
    chunked_size_ = 0;
}

}  // namespace smtpspec::sink
