#include "meddler/dialogue.h"

#include <algorithm>
#include <charconv>
#include <regex>

namespace smtpspec::meddler {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view end_of_content = "\r\n.\r\n";
/// A line that goes on for ever is let through as it comes.
constexpr std::size_t longest_line = 8192;

std::size_t size_of_chunk(const std::string& line) {
    std::size_t size = 0;
    const char* begin = line.data() + std::min<std::size_t>(line.size(), 5);
    std::from_chars(begin, line.data() + line.size(), size);
    return size;
}

/// Whether more lines of the same reply follow.
bool goes_on(std::string_view line) {
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return line.size() > 3 && std::all_of(line.begin(), line.begin() + 3, digit) && line[3] == '-';
}

}  // namespace

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

std::string verb_of(std::string_view line) {
    return upper(line.substr(0, line.find_first_of(" \t\r\n")));
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

std::string rewritten(const std::string& text, const std::string& pattern, const char* replacement) {
    return std::regex_replace(text, std::regex(pattern), replacement);
}

void Dialogue::be_blind() {
    mode_ = Mode::blind;
    to_server_ += std::exchange(input_, "");
    to_client_ += std::exchange(output_, "");
    reply_begin_ = 0;
}

void Dialogue::from_client(std::string_view octets) {
    input_ += octets;
    if (mode_ == Mode::commands && changes_.raw_commands) {
        input_ = changes_.raw_commands(std::move(input_));
    }
    advance();
}

void Dialogue::client_ended() {
    if (mode_ == Mode::content && changes_.raw_content) {
        input_ = changes_.raw_content(std::move(input_));
    }
    to_server_ += std::exchange(input_, "");
    if (changes_.last_words && (mode_ == Mode::commands || mode_ == Mode::content)) {
        to_server_ += changes_.last_words(mode_ == Mode::content);
    }
}

void Dialogue::server_ended() {
    to_client_ += std::exchange(output_, "");
    reply_begin_ = 0;
}

void Dialogue::advance() {
    for (bool more = true; more && !input_.empty();) {
        switch (mode_) {
            case Mode::commands:
                more = take_command();
                break;
            case Mode::waiting_for_354:
                more = false;
                break;
            case Mode::content:
                more = take_content();
                break;
            case Mode::chunk:
                more = take_chunk();
                break;
            case Mode::blind:
                to_server_ += std::exchange(input_, "");
                break;
        }
    }
}

bool Dialogue::take_command() {
    const auto end = input_.find(crlf);
    if (end == std::string::npos) {
        if (input_.size() > longest_line) {
            to_server_ += std::exchange(input_, "");
        }
        return false;
    }
    const std::string line = input_.substr(0, end);
    input_.erase(0, end + crlf.size());
    const std::string verb = verb_of(line);
    if (changes_.interjection) {
        to_client_ += changes_.interjection(verb);
    }
    const std::string changed = changes_.command ? changes_.command(line) : line;
    for (auto at = changed.find(crlf); at != std::string::npos; at = changed.find(crlf, at + crlf.size())) {
        pending_.push_back({"", true});
    }
    pending_.push_back({verb, false});
    to_server_ += changed;
    to_server_ += crlf;
    if (verb == "BDAT" && (chunk_left_ = size_of_chunk(line)) > 0) {
        mode_ = Mode::chunk;
    } else if (verb == "DATA") {
        // Only the reply tells whether text or commands follow.
        mode_ = Mode::waiting_for_354;
    }
    return true;
}

bool Dialogue::take_content() {
    const std::string all = last_content_ + input_;
    const auto end = all.find(end_of_content);
    const bool complete = end != std::string::npos;
    if (!complete && changes_.raw_content) {
        return false;
    }
    const std::size_t size = complete ? end + end_of_content.size() - last_content_.size() : input_.size();
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    last_content_ = all.substr(0, last_content_.size() + size);
    last_content_.erase(0, last_content_.size() - std::min(last_content_.size(), end_of_content.size() - 1));
    if (complete) {
        mode_ = Mode::commands;
        pending_.push_back({".", false});
        if (changes_.loses_what_follows_content) {
            input_.clear();
        }
    }
    to_server_ += changes_.raw_content ? changes_.raw_content(std::move(taken)) : taken;
    return true;
}

bool Dialogue::take_chunk() {
    if (changes_.chunk && input_.size() < chunk_left_) {
        return false;
    }
    const std::size_t size = std::min(chunk_left_, input_.size());
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    chunk_left_ -= size;
    if (chunk_left_ == 0) {
        mode_ = Mode::commands;
    }
    to_server_ += changes_.chunk ? changes_.chunk(std::move(taken)) : taken;
    return true;
}

void Dialogue::from_server(std::string_view octets) {
    if (mode_ == Mode::blind) {
        to_client_ += octets;
        return;
    }
    output_ += octets;
    while (mode_ != Mode::blind) {
        const auto end = output_.find('\n', reply_begin_);
        if (end == std::string::npos) {
            break;
        }
        const bool more = goes_on(std::string_view(output_).substr(reply_begin_, end - reply_begin_));
        reply_begin_ = end + 1;
        if (!more) {
            std::string reply = output_.substr(0, reply_begin_);
            output_.erase(0, std::exchange(reply_begin_, 0));
            answer(std::move(reply));
        }
    }
    if (output_.size() - reply_begin_ > longest_line) {
        to_client_ += std::exchange(output_, "");
        reply_begin_ = 0;
    }
}

void Dialogue::answer(std::string reply) {
    Pending to{"-", false};
    if (!pending_.empty()) {
        to = pending_.front();
        pending_.pop_front();
    }
    const bool starts_tls = to.verb == "STARTTLS" && reply.starts_with("220");
    bool content_follows = reply.starts_with("354") && to.verb != "BDAT";
    if (!to.hidden && !closing_) {
        const bool last = changes_.closes && changes_.closes(to.verb, reply);
        if (changes_.reply) {
            reply = changes_.reply(to.verb, std::move(reply));
            content_follows = content_follows || (to.verb == "DATA" && reply.starts_with("354"));
        }
        to_client_ += reply;
        closing_ = last;
    }
    if (starts_tls) {
        be_blind();
    } else if (content_follows) {
        mode_ = Mode::content;
        last_content_ = crlf;
        advance();
    } else if (to.verb == "DATA") {
        mode_ = Mode::commands;
        advance();
    }
}

}  // namespace smtpspec::meddler
