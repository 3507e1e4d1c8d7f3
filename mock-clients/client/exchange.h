#pragma once

#include "client/reply.h"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// Follows one connection from the client's side: which command a reply answers, what the server offered, and
/// what was sent as the content of mails.
class Exchange {
public:
    /// Octets that were sent.
    void sent(std::string_view octets);
    /// A reply came. Returns the command it answers in capitals, "greeting", "content" for the end of a mail's
    /// data; empty where nothing was asked.
    std::string answered(const Reply&);
    /// TLS was started: what was offered in clear counts no more (RFC 3207 §4.2).
    void tls_started();

    /// Every command was answered and the server waits for the next one.
    bool at_rest() const;
    /// The server waits for something other than a command and has no reply to give.
    bool in_content() const { return mode_ == Mode::content && due_.empty(); }
    bool utf8() const { return utf8_; }

    /// The last EHLO reply with 250.
    const std::optional<Reply>& offered() const { return offered_; }
    /// What DATA or BDAT carried, as the server has to store it, in the order sent; not necessarily accepted.
    const std::vector<std::string>& contents() const { return contents_; }

private:
    enum class Mode { command, content, chunk };
    std::size_t take_command(std::string_view octets);
    std::size_t take_content(std::string_view octets);
    std::size_t take_chunk(std::string_view octets);
    void command(std::string_view line);
    void data_refused();

    Mode mode_ = Mode::command;
    std::deque<std::string> due_{"greeting"};  // replies not read yet
    std::string line_;                         // a command without its end so far
    std::string data_;                         // since DATA, as sent
    bool content_complete_ = false;            // of that DATA, though it is not answered yet
    std::string chunks_;
    std::size_t chunk_left_ = 0;
    bool last_chunk_ = false;
    bool challenged_ = false;  // the last reply was a 3xx
    bool utf8_ = false;
    std::optional<Reply> offered_;
    std::vector<std::string> contents_;
};

}  // namespace smtpspec::client
