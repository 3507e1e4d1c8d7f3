#include "outgoing-mail/backlog.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

namespace refserver::outgoing_mail {

Backlog::Backlog(Queue& queue, const settings::Settings& settings)
    : queue_(queue),
      settings_(std::make_shared<settings::Settings>(settings)),
      schedule_(settings.outgoing_mail.max_outbound_connections) {}

void Backlog::settings(const settings::Settings& settings) {
    const std::lock_guard lock(mutex_);
    settings_ = std::make_shared<settings::Settings>(settings);
    schedule_.max_connections(settings.outgoing_mail.max_outbound_connections);
    schedule_.clear();
    for (const auto& [id, entry] : mails_) schedule(entry);
}

std::shared_ptr<const settings::Settings> Backlog::settings() const {
    const std::lock_guard lock(mutex_);
    return settings_;
}

// In relay mode all mail has one destination; no domain begins with a colon.
std::string Backlog::destination_of(const routing::Recipient& recipient) const {
    if (settings_->outgoing_mail.mode == settings::OutgoingMode::relay) return ":relay";
    return domain_of(recipient.address);
}

void Backlog::schedule(const Entry& entry) {
    for (std::size_t i = 0; i < entry.in_flight.size(); ++i) {
        const auto& progress = entry.mail->progress[i];
        if (!progress.waiting || entry.in_flight[i]) continue;
        schedule_.add({entry.mail->id, destination_of(entry.mail->envelope.recipients[i])}, progress.due,
                      entry.mail->envelope.priority);
    }
}

void Backlog::add(QueuedMail mail) {
    const std::lock_guard lock(mutex_);
    const auto id = mail.id;
    const auto count = mail.progress.size();
    Entry entry{std::make_shared<QueuedMail>(std::move(mail)), std::vector<bool>(count, false)};
    schedule(entry);
    mails_.insert_or_assign(id, std::move(entry));
}

bool Backlog::remove(const std::string& id) {
    std::unique_lock lock(mutex_);
    const auto found = mails_.extract(id);
    if (found.empty()) return false;
    schedule_.remove(id);
    lock.unlock();
    queue_.remove(*found.mapped().mail);
    return true;
}

bool Backlog::hurry(const std::string& id, Time now) {
    const std::lock_guard lock(mutex_);
    const auto found = mails_.find(id);
    if (found == mails_.end()) return false;
    for (auto& progress : found->second.mail->progress) progress.due = std::min(progress.due, now);
    schedule(found->second);
    return true;
}

std::optional<Assignment> Backlog::assign(const Job& job) {
    const auto found = mails_.find(job.mail);
    if (found == mails_.end()) return std::nullopt;
    auto& entry = found->second;
    Assignment assignment{job, entry.mail, {}};
    for (std::size_t i = 0; i < entry.in_flight.size(); ++i) {
        if (!entry.mail->progress[i].waiting || entry.in_flight[i]) continue;
        if (destination_of(entry.mail->envelope.recipients[i]) != job.destination) continue;
        entry.in_flight[i] = true;
        assignment.recipients.push_back(i);
    }
    if (assignment.recipients.empty()) return std::nullopt;
    return assignment;
}

std::optional<Assignment> Backlog::take(Time now) {
    const std::lock_guard lock(mutex_);
    if (!settings_->outgoing_mail.enabled) return std::nullopt;
    while (const auto job = schedule_.take(now)) {
        if (auto assignment = assign(*job)) return assignment;
        schedule_.connection_closed(job->destination);
    }
    return std::nullopt;
}

std::optional<Assignment> Backlog::take_more(const std::string& destination, Time due_by) {
    const std::lock_guard lock(mutex_);
    if (!settings_->outgoing_mail.enabled) return std::nullopt;
    while (const auto job = schedule_.take_more(destination, due_by)) {
        if (auto assignment = assign(*job)) return assignment;
    }
    return std::nullopt;
}

void Backlog::connection_closed(const std::string& destination) {
    const std::lock_guard lock(mutex_);
    schedule_.connection_closed(destination);
}

std::optional<Time> Backlog::next() const {
    const std::lock_guard lock(mutex_);
    return settings_->outgoing_mail.enabled ? schedule_.next() : std::nullopt;
}

void Backlog::finish(const Assignment& assignment, const std::vector<Result>& results, Time now, const Tell& tell) {
    std::unique_lock lock(mutex_);
    const auto delay = std::chrono::seconds{settings_->outgoing_mail.resend_delay};
    const auto most_attempts = settings_->outgoing_mail.max_resend_attempts + 1ull;
    std::vector<Progress> progress;
    std::vector<Ending> endings;
    for (std::size_t k = 0; k < results.size(); ++k) {
        const auto i = assignment.recipients[k];
        Progress p = assignment.mail->progress[i];
        if (results[k].outcome == Outcome::postponed) {
            p.due = now;
        } else {
            ++p.attempts;
            p.due = now + delay;
            p.last_answer = results[k].answer;
            const bool expired = results[k].outcome == Outcome::temporary && p.attempts >= most_attempts;
            p.waiting = results[k].outcome == Outcome::temporary && !expired;
            const bool half_way = p.waiting && p.attempts == std::max(most_attempts / 2, 1ull);
            const auto& notify = assignment.mail->envelope.recipients[i].notify;
            if (!p.waiting || (half_way && notify_contains(notify, "DELAY")))
                endings.push_back({i, results[k], expired});
        }
        progress.push_back(std::move(p));
    }
    lock.unlock();

    try {
        if (!endings.empty()) tell(endings);
    } catch (const std::exception&) {
        for (std::size_t k = 0; k < results.size(); ++k) {
            // What was delivered stays so.
            if (results[k].outcome != Outcome::delivered) progress[k].waiting = true;
        }
    }

    lock.lock();
    const auto found = mails_.find(assignment.job.mail);
    if (found == mails_.end()) return;
    const auto mail = found->second.mail;
    std::string journal;
    for (std::size_t k = 0; k < results.size(); ++k) {
        const auto i = assignment.recipients[k];
        mail->progress[i] = progress[k];
        journal += encode_progress(i, progress[k]);
    }
    if (mail->finished()) {
        mails_.erase(found);
        lock.unlock();
        queue_.remove(*mail);
        return;
    }
    lock.unlock();

    // Written down before anybody may try again: the journal has the attempts in their order.
    std::exception_ptr problem;
    try {
        queue_.record(*mail, journal);
    } catch (const std::system_error&) {
        problem = std::current_exception();
    }
    lock.lock();
    const auto still = mails_.find(mail->id);
    // Meanwhile another connection may have finished the mail, or somebody removed it.
    if (still == mails_.end()) return;
    for (const auto i : assignment.recipients) still->second.in_flight[i] = false;
    schedule(still->second);
    if (problem) std::rethrow_exception(problem);
}

}  // namespace refserver::outgoing_mail
