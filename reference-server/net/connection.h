#pragma once

#include "net/channel.h"
#include "net/connection_cap.h"
#include "net/conversation.h"
#include "net/descriptor.h"
#include "net/event_loop.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

namespace refserver::net {

/// A client's connection on its event loop: octets in both directions, the channel (TLS) between them, a deadline, and
/// the close. Reads only what the conversation has an appetite for, and nothing while the client leaves replies
/// untaken.
class Connection final : public Watcher {
public:
    /// Puts the connection on the loop and opens the conversation; on the loop's thread. The socket is non-blocking.
    /// The slot is held until the last octet of the conversation is about to be sent.
    static void start(EventLoop&, Descriptor, ConnectionCap::Slot, std::unique_ptr<Conversation>);

    Connection(EventLoop&, const Poco::Net::StreamSocket&, ConnectionCap::Slot, std::unique_ptr<Conversation>);
    ~Connection() override;

    // For the conversation:

    EventLoop& loop() { return loop_; }
    /// For `EventLoop::find` when an answer comes back from another thread: the watcher found is this connection.
    Token token() const { return token_; }
    Conversation& conversation() { return *conversation_; }

    void send(std::string_view octets);
    /// Sends what is left and closes; nothing more is received. The slot is free before the client can know.
    void finish(std::string_view last_octets);
    /// Closes at once.
    void abandon();
    /// From here on the client's octets go through the channel; `encrypted` is called when it is open. What has been
    /// sent before still goes in clear.
    void start_tls(std::unique_ptr<Channel>);
    /// Takes the place of an earlier one.
    void set_deadline(Clock::duration from_now) { deadline_.start(from_now); }
    void clear_deadline() { deadline_.cancel(); }
    /// The appetite has come back.
    void resume_reading();

    void ready(std::uint32_t events) override;

private:
    void receive(bool until_the_end);
    void take(std::string_view octets);
    void take_through_channel(std::string_view octets);
    void input_ended();
    void flush();
    void watch_for_what_matters();
    void lose();
    std::size_t unsent() const { return output_.size() - sent_; }
    bool may_read() const;
    std::size_t appetite() const;
    void close_gracefully();

    EventLoop& loop_;
    Poco::Net::StreamSocket socket_;
    ConnectionCap::Slot slot_;
    Token token_;
    Timer deadline_;
    std::unique_ptr<Channel> channel_;
    std::string output_;  ///< waits for the client to take it
    std::size_t sent_ = 0;
    bool channel_open_ = false;
    bool reading_ = true;  ///< EPOLLIN is on; it stays so until octets come that nobody wants
    bool input_over_ = false;
    bool finishing_ = false;
    bool gone_ = false;
    std::unique_ptr<Conversation> conversation_;
};

}  // namespace refserver::net
