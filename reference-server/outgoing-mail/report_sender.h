#pragma once

#include "outgoing-mail/failure_message.h"
#include "routing/destination.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace refserver::outgoing_mail {

/// Composes reports and sends each its way: to the mailbox of a hosted sender, else to the queue. For many threads.
class ReportSender {
public:
    struct Ways {
        routing::Destination& mailboxes;
        routing::Destination& queue;
        std::function<std::string(const std::string& address)> hosted;  ///< the account of an address, or ""
        std::function<std::string()> own_name;
        std::filesystem::path temporary_directory;
    };
    explicit ReportSender(Ways ways) : ways_(std::move(ways)) {}

    /// One report, not yet sent. Throws std::system_error.
    std::unique_ptr<routing::Staged> stage(ReportKind, const routing::Envelope&, Time arrived,
                                           const std::vector<Ending>&, const MessageSource&) const;

private:
    const Ways ways_;
};

/// For mail that lands in mailboxes here: the report of its delivery, for those recipients whose sender asked for it
/// (RFC 3461 §5.2.1). Staged with the mail, and published after it.
class DeliveryReports final : public routing::Destination {
public:
    explicit DeliveryReports(const ReportSender& sender) : sender_(sender) {}
    /// Null: nobody asked.
    std::unique_ptr<routing::Staged> stage(const routing::AcceptedMail&,
                                           std::span<const routing::Recipient> recipients) override;

private:
    const ReportSender& sender_;
};

}  // namespace refserver::outgoing_mail
