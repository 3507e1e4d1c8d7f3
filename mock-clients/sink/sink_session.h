#pragma once

#include "sink/content_reader.h"
#include "sink/dialogue_log.h"
#include "sink/sink_registry.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::sink {

/// What the sessions of one sink share.
struct SinkWorld {
    SinkRegistry registry;
    DialogueLog dialogues;
    bool tls_possible = false;  ///< there is a certificate
};

/// One connection to the sink, without I/O: a strict receiver that records exactly what it is given.
class SinkSession {
public:
    /// Begins with the greeting in its output.
    SinkSession(SinkWorld&, std::string came_to);
    ~SinkSession();
    SinkSession(const SinkSession&) = delete;
    SinkSession& operator=(const SinkSession&) = delete;

    /// Octets from the client, in any pieces. Ignored once next() says close.
    void receive(std::string_view octets);
    std::string take_output();

    enum class Next {
        go_on,
        start_tls,   ///< when the output has been sent
        refuse_tls,  ///< when the output has been sent: close once the handshake begins
        close        ///< when the output has been sent
    };
    Next next() const { return next_; }
    void tls_started();

private:
    using Handler = void (SinkSession::*)(std::string_view argument);
    static const std::map<std::string, Handler, std::less<>>& handlers();

    /// Take their part of `input`; false when more is needed.
    bool take_line(std::string_view& input);
    bool take_content(std::string_view& input);
    bool take_chunk(std::string_view& input);

    void command(std::string_view line);
    void helo(std::string_view);
    void ehlo(std::string_view);
    void greet(std::string_view name, bool extended);
    void mail(std::string_view);
    void rcpt(std::string_view);
    void data(std::string_view);
    void bdat(std::string_view);
    void rset(std::string_view);
    void noop(std::string_view);
    void vrfy(std::string_view);
    void quit(std::string_view);
    void starttls(std::string_view);
    void auth(std::string_view);
    void auth_line(std::string_view);

    void message_ended();
    void forget_transaction();

    std::vector<std::string> offers() const;
    bool offers(std::string_view keyword) const;
    std::uint64_t size_limit() const;
    /// What is wrong with a parameter, as a reply; empty if nothing is.
    std::string parameter_problem(const std::map<std::string, std::string>&, bool of_mail) const;
    /// Whether somebody has told what to answer here; then it has been done. `kind`: the first digit of the answer.
    bool told(std::string_view verb, const std::vector<std::string>& domains, char* kind = nullptr);
    static bool accepts(char kind) { return kind == '2' || kind == '3'; }
    bool told_for_all(std::string_view verb, char* kind = nullptr) { return told(verb, {""}, kind); }
    std::vector<std::string> recipient_domains() const;
    void reply(std::string_view code, std::string_view enhanced, std::string_view text);
    void send(std::string line);
    void send_lines(std::string_view code, const std::vector<std::string>& lines);

    enum class Reading { commands, content, chunk, user_name, password, plain, digest };

    SinkWorld& world_;
    DialogueLog::Id dialogue_;
    std::string came_to_;
    Next next_ = Next::go_on;
    Reading reading_ = Reading::commands;
    std::string line_;  ///< the beginning of a line that is not complete
    std::string output_;

    std::string helo_;
    bool extended_ = false;
    bool tls_ = false;
    std::string login_;
    std::string login_user_;  ///< named, the password still to come
    std::optional<client::SunkMail> mail_;
    ContentReader content_;
    bool chunked_ = false;  ///< BDAT has begun: DATA may not follow
    std::uint64_t chunk_left_ = 0;
    std::uint64_t chunk_size_ = 0;
    bool last_chunk_ = false;
    bool chunk_refused_ = false;
    std::uint64_t chunked_size_ = 0;
};

}  // namespace smtpspec::sink
