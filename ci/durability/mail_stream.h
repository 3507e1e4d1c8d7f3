#pragma once

#include "mail.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace smtpspec::durability {

/// What became of one mail of the stream.
struct SentMail {
    Mail mail;
    std::size_t round = 0;  ///< the server it was sent to: 1 for the first, 2 after the first kill …
    bool acknowledged = false;
};

/// Several clients that send mail after mail, each mail once, to a server that comes and goes.
class MailStream {
public:
    explicit MailStream(std::size_t clients);
    MailStream(const MailStream&) = delete;
    MailStream& operator=(const MailStream&) = delete;
    ~MailStream();

    /// From now on to this port of 127.0.0.1; a new round begins.
    void send_to(std::uint16_t port);
    /// Waits until that many mails of this round are acknowledged. False after a minute without.
    bool wait_for_acknowledged(std::size_t mails);
    /// No further mail until `send_to`.
    void pause();
    /// Ends the clients; every mail that was begun, by number.
    std::vector<SentMail> finish();

private:
    void run();
    /// Nothing when there is to be none for now.
    bool begin_mail(std::size_t round, Mail&);
    void acknowledge(std::size_t number);

    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint16_t port_ = 0;  ///< 0: no server
    std::size_t round_ = 0;
    std::size_t acknowledged_in_round_ = 0;
    bool over_ = false;
    std::vector<SentMail> sent_;
    std::vector<std::thread> clients_;
};

}  // namespace smtpspec::durability
