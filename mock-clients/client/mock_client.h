#pragma once

#include "client/exchange.h"
#include "client/execute.h"
#include "client/mail_guard.h"
#include "client/reply.h"
#include "client/segmentation.h"
#include "client/transcript.h"
#include "client/wire.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// A time of the language or of this library on that stage.
Milliseconds scaled(Milliseconds, const Stage&);
/// How long a reply may take.
Milliseconds reply_time(const Stage&);

/// One client of a case: its connection, what was said on it, and the record of both.
class MockClient {
public:
    /// `name` is that of the connection in the transcript.
    MockClient(std::string name, const script::Client&, const Stage&, Transcript&);

    const std::string& name() const { return name_; }

    /// Connects unless that was done already, and reads the greeting. Throws CaseEnds (inconclusive) where
    /// there is no connection or another greeting than 220.
    void arrive();
    /// Connects anew. The greeting is left for hear(), also where it had to be read to start TLS. A failure to
    /// connect is heard as `refused`.
    void connect();
    bool was_used() const { return used_; }

    void say(const Writes&);
    /// Kept back until say() or flush(), so that several statements go out in one write.
    void hold(std::string_view octets) { held_back_ += octets; }
    void flush();

    Heard hear(Milliseconds limit);
    /// One command and its reply.
    Heard command(std::string_view line);
    /// For `still open`: what is there already, else what a NOOP leads to (`stays_open` if it gets one reply).
    Heard hear_or_fence(Milliseconds limit);

    /// The handshake. One that fails is heard as the end of the connection.
    void start_tls(const TlsDemands&);
    void half_close();
    void close();
    void abort();

    /// Text of the last reply, without codes, lines joined by LF.
    const std::string& last_text() const { return last_text_; }
    const Exchange& exchange() const { return exchange_; }
    /// Contents of mails on this and earlier connections, in the order sent.
    std::vector<std::string> contents() const;

    /// At the end of a case: what came that nobody asked for, found by a QUIT as a fence where the server waits for a
    /// command. Nothing: all is in order. Closes.
    std::optional<std::string> finish();

private:
    Wire& wire();
    bool open();
    void start_channel();
    void write(const std::vector<std::string>& pieces, bool await_taken);
    void require_permission(std::string_view octets);
    Heard listen(Milliseconds limit);
    std::optional<std::string> surplus_after_quit();
    void record(const Heard&);
    Patience patience(Milliseconds limit) const { return Patience(limit, stage_.cancelled); }

    std::string name_;
    const script::Client& script_;
    const Stage& stage_;
    Transcript& transcript_;
    script::Channel channel_;
    bool used_ = false;
    std::optional<Wire> wire_;
    std::optional<std::string> refused_;  // why there is no connection
    bool half_closed_ = false;
    bool stalled_ = false;     // the server takes nothing more of what is sent
    bool ended_ = false;       // the end of the connection was heard
    std::deque<Heard> early_;  // heard before it was asked for
    std::string held_back_;
    Exchange exchange_;
    std::optional<MailGuard> guard_;  // of this connection; only where the server is not ours
    std::vector<std::string> earlier_contents_;
    std::string last_code_;
    std::string last_text_;
};

}  // namespace smtpspec::client
