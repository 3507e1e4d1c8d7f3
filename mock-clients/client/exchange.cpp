#include "client/exchange.h"

#include "client/message.h"

#include <algorithm>
#include <charconv>

namespace smtpspec::client {

namespace {

// A command line longer than this is kept only as far as its verb matters.
constexpr std::size_t longest_kept_line = std::size_t{64} * 1024;

std::string capitals(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

std::string_view take_word(std::string_view& text) {
    const std::size_t start = std::min(text.find_first_not_of(' '), text.size());
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string_view word = text.substr(start, end - start);
    text.remove_prefix(end);
    return word;
}

}  // namespace

void Exchange::sent(std::string_view octets) {
    while (!octets.empty()) {
        std::size_t taken = 0;
        if (mode_ == Mode::command) taken = take_command(octets);
        if (mode_ == Mode::content && taken == 0) taken = take_content(octets);
        if (mode_ == Mode::chunk && taken == 0) taken = take_chunk(octets);
        octets.remove_prefix(taken);
    }
}

std::size_t Exchange::take_command(std::string_view octets) {
    const std::size_t lf = octets.find('\n');
    const std::size_t taken = lf == std::string_view::npos ? octets.size() : lf + 1;
    const std::size_t room = longest_kept_line - std::min(longest_kept_line, line_.size());
    line_ += octets.substr(0, std::min(taken, room));
    if (lf != std::string_view::npos) {
        while (!line_.empty() && (line_.back() == '\n' || line_.back() == '\r')) line_.pop_back();
        command(std::exchange(line_, {}));
    }
    return taken;
}

void Exchange::command(std::string_view line) {
    const std::string upper = capitals(line);
    std::string_view rest = upper;
    const std::string verb(take_word(rest));
    due_.push_back(verb);
    if (upper.find("SMTPUTF8") != std::string::npos) utf8_ = true;
    if (verb == "MAIL" || verb == "RSET" || verb == "EHLO" || verb == "HELO") chunks_.clear();
    if (verb == "DATA") {
        mode_ = Mode::content;
        data_.clear();
        content_complete_ = false;
    } else if (verb == "BDAT") {
        const std::string_view size = take_word(rest);
        chunk_left_ = 0;
        std::from_chars(size.data(), size.data() + size.size(), chunk_left_);
        last_chunk_ = take_word(rest) == "LAST";
        mode_ = Mode::chunk;
        if (chunk_left_ == 0) take_chunk({});
    }
}

std::size_t Exchange::take_content(std::string_view octets) {
    const std::size_t before = data_.size();
    data_ += octets;
    const bool empty = data_.starts_with(".\r\n");
    // The end may lie across the border of what was there before.
    const std::size_t found = data_.find("\r\n.\r\n", before < 4 ? 0 : before - 4);
    if (!empty && found == std::string::npos) return octets.size();
    const std::size_t end = empty ? 3 : found + 5;
    data_.resize(end);
    contents_.push_back(dot_unstuffed(std::string_view(data_).substr(0, end - 3)));
    content_complete_ = true;
    due_.emplace_back("content");
    mode_ = Mode::command;
    return end - before;
}

std::size_t Exchange::take_chunk(std::string_view octets) {
    const std::size_t taken = std::min(chunk_left_, octets.size());
    chunks_ += octets.substr(0, taken);
    chunk_left_ -= taken;
    if (chunk_left_ == 0) {
        if (last_chunk_) contents_.push_back(std::exchange(chunks_, {}));
        mode_ = Mode::command;
    }
    return taken;
}

std::string Exchange::answered(const Reply& reply) {
    challenged_ = reply.code.starts_with('3');
    if (due_.empty()) return {};
    const std::string command = due_.front();
    due_.pop_front();
    if (command == "DATA" && reply.code != "354") data_refused();
    if (command == "EHLO" && reply.code == "250") offered_ = reply;
    return command;
}

void Exchange::data_refused() {
    if (content_complete_) {
        // What was taken for a mail was read by the server as commands.
        contents_.pop_back();
        const auto content = std::find(due_.begin(), due_.end(), "content");
        std::deque<std::string> later(content + 1, due_.end());
        due_.erase(content, due_.end());
        sent(std::exchange(data_, {}));
        due_.insert(due_.end(), later.begin(), later.end());
        content_complete_ = false;
    } else if (mode_ == Mode::content) {
        mode_ = Mode::command;
        sent(std::exchange(data_, {}));
    }
}

void Exchange::tls_started() {
    // What was glued in clear behind STARTTLS is never answered (RFC 3207 §4); a greeting may still come.
    if (!due_.empty() && due_.front() != "greeting") due_.clear();
    offered_.reset();
    line_.clear();
}

bool Exchange::at_rest() const {
    return due_.empty() && mode_ == Mode::command && line_.empty() && !challenged_;
}

}  // namespace smtpspec::client
