#pragma once

#include "client/endpoint.h"
#include "client/patience.h"
#include "client/peer_queue.h"
#include "client/tls_session.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace smtpspec::client {

enum class Terminator { crlf, lf, none };

/// What came up to a LF, as it came.
struct Line {
    std::string octets;  ///< without the terminator
    Terminator terminator = Terminator::none;
};

/// What waiting for a line led to.
enum class Input {
    line,
    closed,    ///< FIN (or close_notify), nothing unread before it
    reset,     ///< RST
    late,      ///< patience was over
    too_long,  ///< more octets than asked for, and still no LF
    garbled    ///< inside TLS: what came is no TLS
};

/// The server refused to go on with TLS, or something stood in its way.
struct TlsFailed : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// One TCP connection that never repairs what it reads: it splits at LF and says which terminator
/// was there. Memory is bounded: it stops reading once 256 KiB are unread.
class Wire {
public:
    /// Throws ConnectFailed.
    static Wire open(const std::string& from, const std::string& host, std::uint16_t port, const Patience&);

    std::string local() const { return local_; }
    std::string peer() const { return peer_; }
    bool came_from_elsewhere() const { return came_from_elsewhere_; }

    enum class Sent {
        all,
        broken,  ///< the peer closed or reset the connection: what it said before can still be read
        late     ///< the peer took nothing more until patience was over
    };
    /// One write as far as the socket takes it. Reads meanwhile, so that a peer that talks before it
    /// listens cannot block both sides. Patience counts from the last octet that was taken.
    Sent send(std::string_view octets, Milliseconds patience, const std::atomic<bool>* cancelled);

    /// Waits until the program at the other end has read all that was sent. Where that cannot be seen, its kernel's
    /// acknowledgement counts, which may come 40 ms late; so a peer on the loopback interface is given 5 ms at most.
    void await_taken(const Patience&);

    Input read_line(Line&, std::size_t limit, const Patience&);

    /// Whether octets or an end are there to be read without waiting.
    bool has_news();
    bool has_unread() const { return start_ < unread_.size(); }
    std::string take_unread();
    /// What was received and not read yet.
    std::string_view unread() const { return std::string_view(unread_).substr(start_); }

    /// Throws TlsFailed; also when octets came in clear that were not read yet, unless they are to be
    /// forgotten. Returns the protocol and cipher.
    enum class ClearOctets { refuse, forget };
    std::string start_tls(const Patience&, ClearOctets = ClearOctets::refuse, const TlsDemands& = {});
    bool in_tls() const { return tls_ != nullptr; }
    /// The peer said close_notify.
    bool had_close_alert() const { return close_alert_; }

    void half_close();
    void close();
    void abort();  ///< with RST
    bool is_open() const { return static_cast<bool>(socket_); }

private:
    enum class End { none, closed, reset, garbled };

    explicit Wire(Connected&&);
    bool wait(short events, int wait_ms);
    void receive();
    void take_tls_input(std::string_view ciphertext);
    Sent push(std::string_view octets, Milliseconds patience, const std::atomic<bool>* cancelled);
    bool room() const;
    bool untaken();

    Descriptor socket_;
    std::string local_;
    std::string peer_;
    bool loopback_ = false;
    PeerQueue peer_queue_;
    bool came_from_elsewhere_ = false;
    std::unique_ptr<TlsSession> tls_;
    std::string unread_;
    std::size_t start_ = 0;  // of what is unread in unread_
    End end_ = End::none;
    bool close_alert_ = false;
    bool broken_ = false;  // nothing can be sent any more
};

}  // namespace smtpspec::client
