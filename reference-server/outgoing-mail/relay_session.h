#pragma once

#include "outgoing-mail/next_hop_offers.h"
#include "outgoing-mail/reply_reader.h"
#include "outgoing-mail/result.h"
#include "outgoing-mail/sasl_client.h"
#include "routing/accepted_mail.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refserver::outgoing_mail {

/// What the session has to know about this side and the channel.
struct SessionFacts {
    std::string own_name;      ///< for EHLO
    std::string host;          ///< the next hop, as results name it
    bool use_starttls = true;  ///< when offered
    std::string user;          ///< empty: no login
    std::string password;
    std::string nonce;  ///< for mechanisms that need one: printable ASCII without comma, never used before
    bool clear_login_is_safe = false;  ///< the next hop is this computer: nobody listens between
};

/// What the octets of a mail are, and who of its envelope is meant.
struct Transaction {
    const routing::Envelope* envelope = nullptr;
    std::vector<std::size_t> recipients;  ///< indices into the envelope's
    std::uint64_t size = 0;
    bool eight_bit = false;         ///< the message has octets above 127
    bool eight_bit_header = false;  ///< its header has (RFC 6532)
    bool no_mime = false;           ///< it has no MIME-Version
    std::int64_t seconds_left = 0;  ///< of a mail with DELIVERBY
};

/// SMTP as a client speaks it (RFC 5321 §3, §4), without I/O, clock or threads. Opportunistic TLS: used when offered,
/// the certificate is not verified, since a relay that offers a bad one would otherwise be spoken to in clear, which is
/// no better (RFC 7435). A password is only sent over TLS to whom the certificate is verified for, or to this computer
/// itself.
class RelaySession {
public:
    enum class Phase {
        opening,    ///< greeting, EHLO, login
        handshake,  ///< the TLS handshake is due: then `tls_started` or `lost`
        ready,      ///< a transaction may begin
        envelope,   ///< MAIL, RCPT, DATA are under way
        content,    ///< the octets of the mail are to be sent: then `content_sent`
        verdict,    ///< the reply to the end of the mail is awaited
        quitting,
        over,  ///< close the connection
    };

    explicit RelaySession(SessionFacts);

    /// Octets from the next hop.
    void feed(std::string_view octets);
    /// The connection is of no use any more: closed, timed out, or broken.
    void lost(const std::string& reason);
    /// `verified`: the certificate is right for a name that was configured, not looked up (RFC 8689 §4.2.1).
    void tls_started(bool verified);

    /// Begins a transaction; in phase `ready` only. When no command is needed to know the results, the phase stays
    /// `ready`.
    void begin(const Transaction&);
    void content_sent();
    void quit();

    Phase phase() const { return phase_; }
    /// In phase `content`: with dots stuffed and a final dot (DATA), or as they are (BDAT), or only the final dot, when
    /// the next hop asks for the mail though it took no recipient (RFC 2920 §3.1).
    enum class ContentForm { data, chunk, nothing };
    ContentForm content_form() const { return form_; }
    std::string take_output();
    /// One for each recipient of the transaction, once the phase is `ready` or `over` again.
    const std::vector<Result>& results() const { return results_; }
    /// Why the session never became ready: for all mails of this destination.
    const Result& failure() const { return failure_; }
    bool was_ready() const { return was_ready_; }
    const NextHopOffers& offers() const { return offers_; }

    /// RFC 5321 §4.5.3.2: for the next reply, or the next block of the mail to be taken.
    std::chrono::seconds patience() const;
    /// Replies so far: patience begins anew with each.
    std::uint64_t replies() const { return replies_; }

private:
    enum class Step { greeting, ehlo, helo, starttls, auth, auth_cancelled, rset, mail, rcpt, data, message, quit };

    void send(Step, const std::string& line);
    void handle(Step, const Reply&);
    void unasked(const Reply&);
    void opening_reply(Step, const Reply&);
    void after_hello();
    void log_in();
    void try_login();
    void login_reply(const Reply&);
    void challenge(const Reply&);
    void no_login(const std::string& status, const std::string& why);
    void become_ready();
    void unusable(const Reply&);
    void transaction_reply(Step, const Reply&);
    void recipient_reply(const Reply&);
    void recipients_done();
    void verdict(const Reply&);
    void end_transaction();
    void give_up(Result);
    Result result_of(const Reply&) const;
    bool refuse_unsendable();
    std::int64_t min_by_time() const {
        return static_cast<std::int64_t>(std::min<std::uint64_t>(offers_.min_by_time, 1u << 30));
    }
    bool tls_is_required() const { return tls_verified_ && offers_.require_tls; }  ///< RFC 8689 §4.2.1
    void refuse_all(const std::string& status, const std::string& why);
    std::string mail_command() const;
    std::string rcpt_command(std::size_t recipient) const;

    SessionFacts facts_;
    Phase phase_ = Phase::opening;
    ReplyReader reader_;
    std::string output_;
    std::deque<Step> awaited_;
    std::uint64_t replies_ = 0;
    NextHopOffers offers_;
    bool tls_ = false;
    bool tls_verified_ = false;
    std::vector<std::unique_ptr<SaslClient>> logins_;  ///< still to be tried, the first of them now
    std::optional<std::string> initial_response_;      ///< too long for the line of AUTH: awaits the challenge
    bool logged_in_ = false;
    bool was_ready_ = false;
    Result failure_;

    Transaction transaction_;
    std::vector<Result> results_;
    std::vector<bool> accepted_;
    std::size_t submitted_ = 0;  ///< recipients named in this transaction
    std::size_t answered_ = 0;   ///< of these, how many have their reply
    bool mail_taken_ = false;
    bool reply_seen_ = false;  ///< in this transaction
    bool reused_ = false;      ///< the connection has served a transaction before
    bool needs_rset_ = false;
    ContentForm form_ = ContentForm::data;
};

}  // namespace refserver::outgoing_mail
