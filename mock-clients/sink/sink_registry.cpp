#include "sink/sink_registry.h"

#include "sink/names.h"

#include <algorithm>
#include <utility>

namespace smtpspec::sink {

namespace {

constexpr int always = -1;

/// The mail as the recipients of one domain have it.
client::SunkMail for_domain(const client::SunkMail& mail, const std::string& domain) {
    client::SunkMail result = mail;
    const auto elsewhere = [&](const std::string& recipient) { return domain_of(recipient) != domain; };
    std::erase_if(result.recipients, elsewhere);
    std::erase_if(result.recipient_parameters, [&](const auto& entry) { return elsewhere(entry.first); });
    return result;
}

template <typename Map>
void erase_at_or_below(Map& map, const std::string& domain) {
    std::erase_if(map, [&](const auto& entry) { return is_at_or_below(entry.first, domain); });
}

}  // namespace

void SinkRegistry::answer(const std::string& domain, client::SinkAnswer answer) {
    const std::lock_guard lock(mutex_);
    std::vector<client::SinkAnswer>& answers = answers_[lower_case(domain)];
    std::erase_if(answers, [&](const client::SinkAnswer& earlier) {
        return earlier.verb == answer.verb && earlier.times == always;
    });
    answers.push_back(std::move(answer));
}

std::optional<client::SinkAnswer> SinkRegistry::take_answer(std::string_view verb, const std::string& domain) {
    const std::lock_guard lock(mutex_);
    for (std::string_view name = domain;;) {
        if (const auto told = answers_.find(std::string(name)); told != answers_.end()) {
            const auto counts = std::find_if(told->second.begin(), told->second.end(), [&](const auto& answer) {
                return answer.verb == verb && answer.times != 0;
            });
            if (counts != told->second.end()) {
                if (counts->times > 0) --counts->times;
                return *counts;
            }
        }
        if (name.empty()) return std::nullopt;
        const std::size_t dot = name.find('.');
        name = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
    }
}

void SinkRegistry::offer(std::vector<std::string> keywords) {
    const std::lock_guard lock(mutex_);
    offered_ = std::move(keywords);
}

std::optional<std::vector<std::string>> SinkRegistry::offered() const {
    const std::lock_guard lock(mutex_);
    return offered_;
}

void SinkRegistry::add(const client::SunkMail& mail) {
    std::vector<std::string> domains;
    for (const std::string& recipient : mail.recipients) {
        const std::string domain = domain_of(recipient);
        if (std::find(domains.begin(), domains.end(), domain) == domains.end()) domains.push_back(domain);
    }
    const std::lock_guard lock(mutex_);
    for (const std::string& domain : domains) mails_[domain].push_back(for_domain(mail, domain));
    arrived_.notify_all();
}

std::vector<client::SunkMail> SinkRegistry::mails(const std::string& domain, std::size_t at_least,
                                                  std::chrono::milliseconds wait) const {
    const std::string wanted = lower_case(domain);
    std::unique_lock lock(mutex_);
    const auto found = [&] { return mails_.find(wanted); };
    arrived_.wait_for(lock, wait, [&] {
        const auto filed = found();
        return (filed == mails_.end() ? 0 : filed->second.size()) >= at_least;
    });
    const auto filed = found();
    return filed == mails_.end() ? std::vector<client::SunkMail>{} : filed->second;
}

void SinkRegistry::forget(const std::string& domain) {
    const std::string gone = lower_case(domain);
    const std::lock_guard lock(mutex_);
    erase_at_or_below(answers_, gone);
    erase_at_or_below(mails_, gone);
}

}  // namespace smtpspec::sink
