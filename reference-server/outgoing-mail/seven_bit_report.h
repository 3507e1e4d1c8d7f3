#pragma once

#include "outgoing-mail/message_content.h"
#include "outgoing-mail/next_hop_offers.h"
#include "routing/accepted_mail.h"

#include <string>

namespace refserver::outgoing_mail {

/// Whether a report has to be put in seven bits before this next hop takes it.
bool needs_seven_bits(const routing::Envelope&, const NextHopOffers&);

/// A report as a next hop takes it that is not for octets above 127 (RFC 6533 §4.5): each part with the
/// Content-Transfer-Encoding 8bit becomes quoted-printable, and a copy of an 8-bit mail message/global, which, unlike
/// message/rfc822, may be encoded (RFC 6532 §3.7, RFC 2046 §5.2.1). Knows reports as compose_report makes them, of
/// lines that a session has let pass. A UTF-8 address as the recipient of the report stays, and with it the need for
/// SMTPUTF8. Throws std::system_error.
routing::AcceptedMail in_seven_bits(const routing::Envelope&, MessageSource report,
                                    const std::string& temporary_directory);

}  // namespace refserver::outgoing_mail
