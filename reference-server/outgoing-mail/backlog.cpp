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
    const auto& by = entry.mail->envelope.deliver_by;
    if (by && !by->was_over) deadlines_.emplace(by->time, id);
    schedule(entry);
    mails_.insert_or_assign(id, std::move(entry));
}

bool Backlog::remove(const std::string& id) {
    std::unique_lock lock(mutex_);
    const auto found = mails_.extract(id);
    if (found.empty()) return false;
    schedule_.remove(id);
    if (const auto& by = found.mapped().mail->envelope.deliver_by) deadlines_.erase({by->time, id});
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
    if (!settings_->outgoing_mail.enabled) return std::nullopt;
    const auto job = schedule_.next();
    if (deadlines_.empty()) return job;
    const Time deadline = deadlines_.begin()->first;
    return job ? std::min(*job, deadline) : deadline;
}

namespace {

// What DELIVERBY (RFC 2852) makes of a recipient that still waits.
void apply_deliver_by(const routing::Envelope& envelope, std::size_t recipient, Time now, const Result& last,
                      Progress& progress, std::vector<Ending>& endings) {
    const auto& by = envelope.deliver_by;
    if (!by || now < by->time || !progress.waiting) return;
    if (by->or_return) {
        progress.waiting = false;
        Result over = last;
        over.outcome = Outcome::permanent;
        over.status = "5.4.7";
        if (over.answer.empty()) over.answer = "the time by which it was to be delivered is over";
        endings.push_back({recipient, over, false, true});
    } else if (!progress.late && !by->was_over) {
        progress.late = true;
        Result waits = last;
        waits.outcome = Outcome::temporary;
        waits.status = "4.4.7";
        if (waits.answer.empty()) waits.answer = "it has not been delivered yet";
        endings.push_back({recipient, waits, false, true});
    }
}

}  // namespace

void Backlog::finish(const Assignment& assignment, const std::vector<Result>& results, Time now, const Tell& tell) {
    std::unique_lock lock(mutex_);
    const auto delay = std::chrono::seconds{settings_->outgoing_mail.resend_delay};
    const auto most_attempts = settings_->outgoing_mail.max_resend_attempts + 1ull;
    Outcomes outcomes;
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
            const auto told = outcomes.endings.size();
            apply_deliver_by(assignment.mail->envelope, i, now, results[k], p, outcomes.endings);
            const bool told_already = outcomes.endings.size() > told;
            if (!told_already && (!p.waiting || (half_way && notify_contains(notify, "DELAY"))))
                outcomes.endings.push_back({i, results[k], expired, false});
        }
        outcomes.progress.push_back(std::move(p));
        outcomes.delivered.push_back(results[k].outcome == Outcome::delivered);
    }
    lock.unlock();
    settle(assignment, std::move(outcomes), tell);
}

void Backlog::expire(Time now, const TellAbout& tell) {
    while (true) {
        std::unique_lock lock(mutex_);
        if (deadlines_.empty() || deadlines_.begin()->first > now || !settings_->outgoing_mail.enabled) return;
        const auto id = deadlines_.extract(deadlines_.begin()).value().second;
        const auto found = mails_.find(id);
        if (found == mails_.end()) continue;
        auto& entry = found->second;
        Assignment assignment{{id, {}}, entry.mail, {}};
        Outcomes outcomes;
        for (std::size_t i = 0; i < entry.in_flight.size(); ++i) {
            Progress p = entry.mail->progress[i];
            if (!p.waiting || entry.in_flight[i]) continue;
            apply_deliver_by(entry.mail->envelope, i, now, {Outcome::temporary, p.last_answer, {}, {}, false}, p,
                             outcomes.endings);
            entry.in_flight[i] = true;
            assignment.recipients.push_back(i);
            outcomes.progress.push_back(std::move(p));
            outcomes.delivered.push_back(false);
        }
        lock.unlock();
        if (assignment.recipients.empty()) continue;
        const auto tell_of_it = [&](const std::vector<Ending>& endings) { tell(*assignment.mail, endings); };
        settle(assignment, std::move(outcomes), tell_of_it);
    }
}

void Backlog::settle(const Assignment& assignment, Outcomes outcomes, const Tell& tell) {
    try {
        if (!outcomes.endings.empty()) tell(outcomes.endings);
    } catch (const std::exception&) {
        for (std::size_t k = 0; k < outcomes.progress.size(); ++k) {
            // What was delivered stays so.
            if (!outcomes.delivered[k]) outcomes.progress[k].waiting = true;
            outcomes.progress[k].late = assignment.mail->progress[assignment.recipients[k]].late;
        }
    }

    std::unique_lock lock(mutex_);
    const auto found = mails_.find(assignment.job.mail);
    if (found == mails_.end()) return;
    const auto mail = found->second.mail;
    std::string journal;
    for (std::size_t k = 0; k < outcomes.progress.size(); ++k) {
        const auto i = assignment.recipients[k];
        mail->progress[i] = outcomes.progress[k];
        journal += encode_progress(i, outcomes.progress[k]);
    }
    if (mail->finished()) {
        if (const auto& by = mail->envelope.deliver_by) deadlines_.erase({by->time, mail->id});
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
