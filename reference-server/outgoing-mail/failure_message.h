#pragma once

#include "outgoing-mail/backlog.h"
#include "outgoing-mail/message_content.h"

#include <string>
#include <vector>

namespace refserver::outgoing_mail {

/// What the sender of a mail is told (RFC 3464, RFC 3461 §6).
enum class ReportKind {
    failed,     ///< these recipients will not get it
    delayed,    ///< asked for with NOTIFY=DELAY; half of the attempts have been used
    delivered,  ///< asked for with NOTIFY=SUCCESS; it is in these mailboxes
    relayed,    ///< asked for with NOTIFY=SUCCESS; it went on to a host that will not say more (RFC 3461 §5.2.2)
};

/// Those whom a report of this kind is to name. None when the reverse-path is null: nothing is ever told about a
/// report.
std::vector<Ending> to_report(ReportKind, const routing::Envelope&, const std::vector<Ending>&);

struct ReportContext {
    std::string own_name;  ///< Reporting-MTA
    std::string unique;    ///< for Message-ID and boundary; letters and digits
    Time arrived;          ///< the mail that is told of
    Time now;
    std::string temporary_directory;  ///< see routing::Content
};

/// The report as a mail of its own, with the null reverse-path, to the reverse-path of the mail with this envelope.
/// Throws std::system_error.
routing::AcceptedMail compose_report(ReportKind, const routing::Envelope&, const std::vector<Ending>&, MessageSource,
                                     const ReportContext&);

}  // namespace refserver::outgoing_mail
