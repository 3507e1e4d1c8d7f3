#pragma once

#include "mailbox/maildir.h"
#include "net/event_loops.h"
#include "net/timers.h"
#include "net/worker_pool.h"
#include "outgoing-mail/outgoing_mail.h"
#include "service/log.h"
#include "service/policy.h"
#include "service/ports.h"
#include "service/reception.h"
#include "service/serve.h"
#include "service/services.h"

#include <memory>

namespace refserver::service {

/// The running server: its parts, and how they start, reload and stop.
class Server {
public:
    /// Reads the accounts and starts listening. Throws StartUpError (X1).
    Server(const ServeOptions&, Log&);
    ~Server();

    /// Serves until SIGTERM or SIGINT.
    void run();
    const Ports& ports() const { return ports_; }

private:
    void on_signal(int);
    void reload();
    /// Finishes what is in the middle of a mail, at most ten seconds.
    void stop_gracefully();
    void stop_at_once();
    void watch_local_addresses();
    void refresh_local_addresses();
    std::unique_ptr<outgoing_mail::Service> start_outgoing_mail();
    Commit own_commit();
    void make_mailboxes();
    void log_ports();
    void warn(const Configuration&);

    const ServeOptions& options_;
    Log& log_;
    PolicySources sources_;
    mailbox::MaildirDestination mailboxes_;
    const std::unique_ptr<outgoing_mail::Service> outgoing_mail_;
    net::EventLoops loops_;
    // The pools end before the loops, to which their jobs report.
    net::WorkerPool commits_;
    net::WorkerPool logins_;
    Conversations conversations_;
    Services services_;
    Reception reception_;
    Ports ports_;
    net::Timer patience_at_stop_;
    bool stopping_ = false;
    bool stopping_at_once_ = false;
};

}  // namespace refserver::service
