#pragma once

#include "outgoing-mail/backlog.h"
#include "outgoing-mail/message_content.h"

#include <string>
#include <vector>

namespace refserver::outgoing_mail {

/// What the sender of a mail is told (RFC 3464, RFC 3461 §6).
enum class ReportKind {
    failed,   ///< these recipients will not get it
    relayed,  ///< asked for with NOTIFY=SUCCESS; it went on to a host that will not say more (RFC 3461 §5.2.2)
};

/// Those whom a report of this kind is to name. None when the reverse-path is null: nothing is ever told about a
/// report.
std::vector<Ending> to_report(ReportKind, const routing::Envelope&, const std::vector<Ending>&);

struct ReportContext {
    std::string own_name;  ///< Reporting-MTA
    std::string unique;    ///< for Message-ID and boundary; letters and digits
    Time now;
    std::string temporary_directory;  ///< see routing::Content
};

/// The report as a mail of its own, with the null reverse-path, to the mail's reverse-path. Throws std::system_error.
routing::AcceptedMail compose_report(ReportKind, const QueuedMail&, const std::vector<Ending>&, MessageSource,
                                     const ReportContext&);

}  // namespace refserver::outgoing_mail
