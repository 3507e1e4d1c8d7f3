#include "routing/router.h"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>

namespace refserver::routing {
namespace {

CommitResult result_of(const std::error_code& code) {
    const bool no_space = code == std::errc::no_space_on_device || code.value() == EDQUOT;
    return no_space ? CommitResult::no_space : CommitResult::failed;
}

/// Too late to take the mail back: somebody may have read it.
void publish_report(Staged& report, std::string& why) {
    try {
        report.publish();
    } catch (const std::exception& e) {
        why = std::string("the report of the delivery: ") + e.what();
    }
}

void stage_and_publish(Destination& mailboxes, Destination* queue, Destination* reports, const AcceptedMail& mail,
                       std::string& why) {
    std::vector<Recipient> hosted;
    std::vector<Recipient> others;
    std::ranges::partition_copy(mail.envelope.recipients, std::back_inserter(hosted), std::back_inserter(others),
                                &Recipient::hosted);
    if (!others.empty() && queue == nullptr) {
        throw std::system_error(ENOTSUP, std::generic_category(), "no outgoing mail service for a recipient elsewhere");
    }
    const auto in_mailboxes = hosted.empty() ? nullptr : mailboxes.stage(mail, hosted);
    const auto in_queue = others.empty() ? nullptr : queue->stage(mail, others);
    const auto report = hosted.empty() || reports == nullptr ? nullptr : reports->stage(mail, hosted);

    // The queue comes last: what it has published may be on its way to the next hop at once, beyond recall.
    if (in_mailboxes) in_mailboxes->publish();
    try {
        if (in_queue) in_queue->publish();
    } catch (...) {
        if (in_mailboxes) in_mailboxes->withdraw();
        throw;
    }
    if (report) publish_report(*report, why);
}

}  // namespace

CommitResult Router::commit(const AcceptedMail& mail, std::string& why) {
    try {
        if (mail.content->failed()) throw std::system_error(mail.content->error(), "content");
        stage_and_publish(mailboxes_, queue_, reports_, mail, why);
        return CommitResult::stored;
    } catch (const std::system_error& e) {
        why = e.what();
        return result_of(e.code());
    } catch (const std::exception& e) {
        why = e.what();
        return CommitResult::failed;
    }
}

}  // namespace refserver::routing
