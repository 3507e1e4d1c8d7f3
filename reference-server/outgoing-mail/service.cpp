#include "outgoing-mail/delivery.h"
#include "outgoing-mail/outgoing_mail.h"
#include "outgoing-mail/report_sender.h"
#include "outgoing-mail/requests.h"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <list>
#include <stdexcept>
#include <thread>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

namespace {

using std::chrono::system_clock;

// Signals are for the thread that the program chose for them; and a connection that TLS writes to may be closed
// (SIGPIPE).
template <class Function>
std::thread start_thread(Function function) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(function));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

class QueueService final : public Service {
public:
    QueueService(const std::filesystem::path& directory, const settings::Settings& settings,
                 routing::Destination& mailboxes, std::function<std::string(const std::string&)> hosted, Log log,
                 net::MakeOctetFilter octets)
        : queue_(directory, files_),
          lock_(lock(directory)),
          watch_(directory),
          backlog_(queue_, settings),
          reports_({mailboxes, *this, std::move(hosted), [this] { return backlog_.settings()->general.primary_domain; },
                    queue_.incoming()}),
          log_(std::move(log)),
          context_{backlog_,
                   queue_,
                   tls_,
                   stop_,
                   std::move(octets),
                   log_,
                   [this] { wake(); },
                   [this](const QueuedMail& mail, const std::vector<Ending>& endings) { tell(mail, endings); }} {
        if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
        std::vector<std::string> strange;
        auto mails = queue_.recover(strange);
        for (const auto& name : strange) log_("queue-file-unreadable", {{"queue_id", name}});
        for (auto& mail : mails) backlog_.add(std::move(mail));
        dispatcher_ = start_thread([this] { dispatch(); });
    }

    ~QueueService() override { stop(std::chrono::milliseconds{0}); }

    std::unique_ptr<routing::Staged> stage(const routing::AcceptedMail& mail,
                                           std::span<const routing::Recipient> recipients) override {
        return std::make_unique<StagedMail>(*this, queue_.write(mail, recipients, system_clock::now()),
                                            mail.connection_id);
    }

    routing::Destination& delivery_reports() override { return delivery_reports_; }

    void reload(const settings::Settings& settings) override {
        backlog_.settings(settings);
        wake();
    }

    void stop(std::chrono::milliseconds limit) override {
        if (!dispatcher_.joinable()) return;
        stop_.give(std::chrono::steady_clock::now() + limit);
        wake();
        dispatcher_.join();
        while (join_finished()) wait(-1);
    }

private:
    class StagedMail final : public routing::Staged {
    public:
        StagedMail(QueueService& service, QueuedMail mail, std::string connection_id)
            : service_(service), mail_(std::move(mail)), connection_id_(std::move(connection_id)) {}
        ~StagedMail() override {
            if (!published_) service_.queue_.discard(mail_);
        }

        void publish() override {
            service_.queue_.publish(mail_);
            published_ = true;
            service_.log_("mail-queued", {{"queue_id", mail_.id},
                                          {"connection", connection_id_},
                                          {"recipients", std::to_string(mail_.progress.size())},
                                          {"size", std::to_string(mail_.message_size)}});
            service_.backlog_.add(mail_);
            service_.wake();
        }

        void withdraw() noexcept override {
            if (!published_) return;
            try {
                service_.backlog_.remove(mail_.id);
            } catch (const std::exception& e) {
                service_.log_("queue-error", {{"queue_id", mail_.id}, {"reason", e.what()}});
            }
        }

    private:
        QueueService& service_;
        QueuedMail mail_;
        std::string connection_id_;
        bool published_ = false;
    };

    static QueueLock lock(const std::filesystem::path& directory) {
        auto taken = QueueLock::try_take(directory);
        if (!taken) throw std::runtime_error("another server delivers from the queue " + directory.string());
        return std::move(*taken);
    }

    void wake() {
        const std::uint64_t one = 1;
        // Cannot fail but when the counter is full: then the dispatcher is awake anyway.
        [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    }

    void dispatch() {
        handle_requests();
        while (!stop_.given()) {
            join_finished();
            tell_of_expired();
            while (auto assignment = backlog_.take(system_clock::now())) open_connection(*assignment);
            if (wait(time_to_wait())) handle_requests();
        }
    }

    void tell_of_expired() {
        try {
            backlog_.expire(system_clock::now(), context_.tell);
        } catch (const std::exception& e) {
            log_("queue-error", {{"reason", e.what()}});
        }
    }

    // True when there may be requests.
    bool wait(int milliseconds) {
        pollfd fds[] = {{wake_.get(), POLLIN, 0}, {watch_.fd(), POLLIN, 0}};
        ::poll(fds, stop_.given() ? 1 : 2, milliseconds);
        std::uint64_t count = 0;
        [[maybe_unused]] const auto drained = ::read(wake_.get(), &count, sizeof count);
        return fds[1].revents != 0;
    }

    int time_to_wait() const {
        const auto next = backlog_.next();
        if (!next) return -1;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - system_clock::now()).count();
        // The clock may be set meanwhile: look again after a minute at the latest.
        return static_cast<int>(std::clamp<long long>(left, 0, 60'000));
    }

    void open_connection(const Assignment& assignment) {
        const std::lock_guard guard(connections_mutex_);
        const auto place = connections_.emplace(connections_.end());
        try {
            *place = start_thread([this, place, assignment] { connection(place, assignment); });
        } catch (const std::system_error& e) {
            connections_.erase(place);
            put_off(context_, assignment, e.what());
        }
    }

    void connection(std::list<std::thread>::iterator place, const Assignment& assignment) {
        deliver(context_, assignment);
        const std::lock_guard guard(connections_mutex_);
        finished_.splice(finished_.end(), connections_, place);
        wake();
    }

    // True when connections are left.
    bool join_finished() {
        std::list<std::thread> finished;
        std::unique_lock lock(connections_mutex_);
        finished.swap(finished_);
        const bool left = !connections_.empty();
        lock.unlock();
        for (auto& thread : finished) thread.join();
        return left;
    }

    void handle_requests() {
        try {
            watch_.handle([this](const std::string& kind, const std::string& id) {
                bool known = false;
                if (kind == "retry") known = backlog_.hurry(id, system_clock::now());
                if (kind == "remove") known = backlog_.remove(id);
                log_("queue-request", {{"kind", kind}, {"queue_id", id}, {"known", known ? "yes" : "no"}});
            });
        } catch (const std::exception& e) {
            log_("queue-error", {{"reason", e.what()}});
        }
    }

    void tell(const QueuedMail& mail, const std::vector<Ending>& endings) {
        for (const auto kind : {ReportKind::failed, ReportKind::delayed, ReportKind::relayed}) {
            const auto told = to_report(kind, mail.envelope, endings);
            if (!told.empty()) send_report(kind, mail, told);
        }
    }

    void send_report(ReportKind kind, const QueuedMail& mail, const std::vector<Ending>& endings) {
        const auto file = queue_.open(mail);
        const MessageSource message{file.get(), mail.message_offset, mail.message_size};
        reports_.stage(kind, mail.envelope, mail.arrived, endings, message)->publish();
        log_("report-sent", {{"queue_id", mail.id}, {"recipients", std::to_string(endings.size())}});
    }

    Files files_;
    Queue queue_;
    QueueLock lock_;
    RequestWatch watch_;
    Backlog backlog_;
    const ReportSender reports_;
    DeliveryReports delivery_reports_{reports_};
    const Log log_;
    const TlsClient tls_;
    StopSignal stop_;
    const DeliveryContext context_;
    const Descriptor wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    std::mutex connections_mutex_;
    std::list<std::thread> connections_;
    std::list<std::thread> finished_;
    std::thread dispatcher_;
};

}  // namespace

std::unique_ptr<Service> start(const std::filesystem::path& directory, const settings::Settings& settings,
                               routing::Destination& mailboxes,
                               std::function<std::string(const std::string& address)> hosted, Log log,
                               net::MakeOctetFilter octets) {
    return std::make_unique<QueueService>(directory, settings, mailboxes, std::move(hosted), std::move(log),
                                          std::move(octets));
}

}  // namespace refserver::outgoing_mail
