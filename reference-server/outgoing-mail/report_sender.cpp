#include "outgoing-mail/report_sender.h"

#include <random>

namespace refserver::outgoing_mail {

namespace {

std::string unique_name() {
    static thread_local std::random_device device;
    std::string name;
    for (int i = 0; i < 4; ++i) name += std::to_string(device());
    return name;
}

}  // namespace

std::unique_ptr<routing::Staged> ReportSender::stage(ReportKind kind, const routing::Envelope& envelope, Time arrived,
                                                     const std::vector<Ending>& endings,
                                                     const MessageSource& message) const {
    const ReportContext context{ways_.own_name(), unique_name(), arrived, std::chrono::system_clock::now(),
                                ways_.temporary_directory.string()};
    auto report = compose_report(kind, envelope, endings, message, context);
    auto& recipient = report.envelope.recipients.front();
    recipient.account = ways_.hosted(recipient.address);
    recipient.hosted = !recipient.account.empty();
    auto& destination = recipient.hosted ? ways_.mailboxes : ways_.queue;
    return destination.stage(report, report.envelope.recipients);
}

std::unique_ptr<routing::Staged> DeliveryReports::stage(const routing::AcceptedMail& mail,
                                                        std::span<const routing::Recipient> recipients) {
    routing::Envelope envelope = mail.envelope;
    envelope.recipients.assign(recipients.begin(), recipients.end());
    std::vector<Ending> endings;
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i)
        endings.push_back({i, {Outcome::delivered, "delivered to the mailbox", "2.0.0", {}, false}, false});
    const auto told = to_report(ReportKind::delivered, envelope, endings);
    if (told.empty()) return nullptr;
    return sender_.stage(ReportKind::delivered, envelope, std::chrono::system_clock::now(), told, MessageSource(mail));
}

}  // namespace refserver::outgoing_mail
