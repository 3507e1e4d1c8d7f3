#include "outgoing-mail/failure_message.h"

#include "outgoing-mail/next_hops.h"
#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace refserver::outgoing_mail {

namespace {

// RFC 5322 §3.3, in UTC.
std::string date(Time t) {
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::system_clock::to_time_t(t);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %d %02d:%02d:%02d +0000", days[parts.tm_wday], parts.tm_mday,
                  months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

// RFC 3464 §2.1.2: fields of the report must stay one line each, whatever the envelope or a host put into them.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
    return text;
}

// RFC 3461 §9.3: an address stands in brackets where a name is expected.
std::string host_name(const std::string& host) {
    const auto address = host.starts_with('[') ? std::nullopt : parse_address(host);
    if (!address) return host;
    return (address->family() == Poco::Net::IPAddress::IPv6 ? "[IPv6:" : "[") + host + ']';
}

std::string address_type(const std::string& address) {
    return is_ascii(address) ? "rfc822;" : "utf-8;";
}

bool international(const routing::Envelope& e) {
    return !is_ascii(e.reverse_path) ||
           (e.smtputf8 && std::any_of(e.recipients.begin(), e.recipients.end(), [](const auto& r) {
                return !is_ascii(r.address) || !is_ascii(r.original_recipient);
            }));
}

// RFC 6533 §3: where only ASCII may stand, the type utf-8 has an encoding of its own.
std::string original_recipient(const routing::Envelope& envelope, const std::string& given) {
    return international(envelope) || is_ascii(given) ? given : original_recipient_xtext(given, false);
}

// What is different about each kind of report.
struct Wording {
    const char* action;
    const char* subject;
    const char* explanation;
};

Wording wording(ReportKind kind) {
    switch (kind) {
        case ReportKind::failed:
            return {"failed", "Undelivered mail", "Your mail could not be delivered to the recipients below.\r\n\r\n"};
        case ReportKind::delayed:
            return {"delayed", "Delayed mail",
                    "Your mail has not yet been delivered to the recipients below. It is tried again:\r\n"
                    "there is nothing that you need to do.\r\n\r\n"};
        case ReportKind::delivered:
            return {"delivered", "Delivered mail", "Your mail was delivered to the recipients below.\r\n\r\n"};
        case ReportKind::relayed:
            break;
    }
    return {"relayed", "Mail passed on",
            "Your mail was passed on to another host. Whether it arrives\r\n"
            "cannot be told from here.\r\n\r\n"};
}

// RFC 3464 §2.3.4: the class of an expired mail's status stays that of a temporary failure.
std::string status_of(const Ending& ending) {
    return ending.expired ? "4.4.7" : ending.result.status;
}

std::string explanation(ReportKind kind, const routing::Envelope& envelope, const std::vector<Ending>& endings) {
    std::string text = wording(kind).explanation;
    for (const auto& ending : endings) {
        text += "<" + one_line(envelope.recipients[ending.recipient].address) + ">\r\n";
        if (ending.expired) text += "    it was tried too often without success; the last answer was\r\n";
        if (ending.late) text += "    the time by which you wanted it delivered is over\r\n";
        text += "    " + one_line(ending.result.answer) + "\r\n";
    }
    return text;
}

std::string delivery_status(ReportKind kind, const routing::Envelope& envelope, const std::vector<Ending>& endings,
                            const ReportContext& context) {
    std::string text;
    if (!envelope.envelope_id.empty()) text += "Original-Envelope-Id: " + one_line(envelope.envelope_id) + "\r\n";
    text += "Reporting-MTA: dns; " + context.own_name + "\r\n";
    text += "Arrival-Date: " + date(context.arrived) + "\r\n";
    if (envelope.deliver_by) text += "Deliver-By-Date: " + date(envelope.deliver_by->time) + "\r\n";  // RFC 2852
    for (const auto& ending : endings) {
        const auto& recipient = envelope.recipients[ending.recipient];
        text += "\r\n";
        if (!recipient.original_recipient.empty())
            text +=
                "Original-Recipient: " + one_line(original_recipient(envelope, recipient.original_recipient)) + "\r\n";
        text += "Final-Recipient: " + address_type(recipient.address) + ' ' + one_line(recipient.address) + "\r\n";
        text += std::string{"Action: "} + wording(kind).action + "\r\n";
        text += "Status: " + status_of(ending) + "\r\n";
        if (!ending.result.host.empty()) {
            text += "Remote-MTA: dns; " + one_line(host_name(ending.result.host)) + "\r\n";
            text += "Diagnostic-Code: smtp; " + one_line(ending.result.answer) + "\r\n";
        }
        text += "Last-Attempt-Date: " + date(context.now) + "\r\n";
    }
    return text;
}

// RFC 3461 §4.1; what no NOTIFY asks for is told when it is a failure.
bool wanted(ReportKind kind, const std::string& notify, const Ending& ending) {
    const bool delivered = ending.result.outcome == Outcome::delivered;
    const bool waits = ending.result.outcome == Outcome::temporary && !ending.expired;
    switch (kind) {
        case ReportKind::failed:
            return !delivered && !waits && (notify.empty() || notify_contains(notify, "FAILURE"));
        case ReportKind::delayed:
            return waits && (notify_contains(notify, "DELAY") || (ending.late && notify != "NEVER"));
        case ReportKind::delivered:
            return delivered && ending.result.host.empty() && notify_contains(notify, "SUCCESS");
        case ReportKind::relayed:
            break;
    }
    if (!delivered || ending.result.host.empty()) return false;
    return (!ending.result.dsn_passed_on && notify_contains(notify, "SUCCESS")) ||
           (ending.result.told_when_relayed && notify != "NEVER");
}

}  // namespace

std::vector<Ending> to_report(ReportKind kind, const routing::Envelope& envelope, const std::vector<Ending>& endings) {
    std::vector<Ending> out;
    if (envelope.reverse_path.empty()) return out;
    for (const auto& ending : endings) {
        if (wanted(kind, envelope.recipients[ending.recipient].notify, ending)) out.push_back(ending);
    }
    return out;
}

routing::AcceptedMail compose_report(ReportKind kind, const routing::Envelope& envelope,
                                     const std::vector<Ending>& endings, MessageSource message,
                                     const ReportContext& context) {
    const bool utf8 = international(envelope);
    const auto eight_bit = find_eight_bit(message);
    // RET=FULL is for failures only (RFC 3461 §4.3), and not for what may only travel in TLS (RFC 8689 §5); binary
    // content would have to be encoded anew.
    const bool whole =
        kind == ReportKind::failed && envelope.ret == "FULL" && !envelope.binary && !envelope.require_tls;
    const bool eight_bit_copy = whole ? eight_bit.anywhere : eight_bit.in_header;
    const bool global_copy = utf8 || eight_bit.in_header;
    const std::string boundary = "report-" + context.unique;

    routing::AcceptedMail report;
    routing::Recipient recipient;
    recipient.address = envelope.reverse_path;
    report.envelope.recipients.push_back(recipient);
    report.envelope.report = true;
    report.envelope.smtputf8 = utf8;
    report.envelope.require_tls = envelope.require_tls;
    report.envelope.priority = envelope.priority;  // RFC 6710 §4.6
    report.envelope.eight_bit = utf8 || eight_bit_copy;
    report.content = std::make_shared<routing::Content>(context.temporary_directory);

    const auto encoding = [](bool eight) { return eight ? "Content-Transfer-Encoding: 8bit\r\n\r\n" : "\r\n"; };
    std::string text;
    text += "From: Mail Delivery System <MAILER-DAEMON@" + context.own_name + ">\r\n";
    text += "To: <" + one_line(envelope.reverse_path) + ">\r\n";
    text += std::string{"Subject: "} + wording(kind).subject + "\r\n";
    text += "Date: " + date(context.now) + "\r\n";
    text += "Message-ID: <" + context.unique + '@' + context.own_name + ">\r\n";
    text += "Auto-Submitted: auto-replied\r\n";
    text += "MIME-Version: 1.0\r\n";
    text += "Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"" + boundary + "\"\r\n";
    if (report.envelope.eight_bit) text += "Content-Transfer-Encoding: 8bit\r\n";
    text += "\r\n--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\n";
    text += encoding(utf8) + explanation(kind, envelope, endings);
    text += "\r\n--" + boundary + "\r\nContent-Type: message/" +
            (utf8 ? "global-delivery-status\r\n" : std::string{"delivery-status\r\n"});
    text += encoding(utf8) + delivery_status(kind, envelope, endings, context);
    text += "\r\n--" + boundary + "\r\nContent-Type: ";
    if (whole) {
        text += global_copy ? "message/global\r\n" : "message/rfc822\r\n";
    } else {
        text += global_copy ? "message/global-headers\r\n" : "text/rfc822-headers\r\n";
    }
    text += encoding(eight_bit_copy);
    report.content->append(text);
    if (whole) {
        for (auto block = message.read(); !block.empty(); block = message.read()) report.content->append(block);
    } else {
        report.content->append(read_header(message, 65536));
    }
    report.content->append("\r\n--" + boundary + "--\r\n");
    return report;
}

}  // namespace refserver::outgoing_mail
