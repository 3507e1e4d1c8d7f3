#include "service/services.h"

namespace refserver::service {

void Conversations::add(SmtpConversation& conversation, std::size_t loop) {
    sets_[loop].insert(&conversation);
    ++count_;
}

void Conversations::remove(SmtpConversation& conversation, std::size_t loop) {
    sets_[loop].erase(&conversation);
    --count_;
    check();
}

void Conversations::for_each(const std::function<void(SmtpConversation&)>& action) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
        loops_[i].post([this, i, action] {
            // A copy: the action may end conversations.
            for (auto* conversation : std::set(sets_[i])) action(*conversation);
        });
    }
}

void Conversations::when_none_is_left(std::function<void()> action) {
    none_left_ = std::move(action);
    waiting_for_none_ = true;
    check();
}

void Conversations::check() {
    if (!waiting_for_none_ || count_ != 0) return;
    if (waiting_for_none_.exchange(false)) loops_.first().post(none_left_);
}

}  // namespace refserver::service
