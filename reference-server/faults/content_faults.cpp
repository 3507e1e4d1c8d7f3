#include "faults/put_in.h"

#include <algorithm>
#include <filesystem>
#include <regex>

namespace refserver::faults {
namespace {

using routing::AcceptedMail;

PutIn with_received(std::function<std::string(std::string)> change) {
    return with_mail([change](AcceptedMail& mail) { mail.received_field = change(mail.received_field); });
}

PutIn with_received(const char* pattern, const char* replacement) {
    return with_received([expression = std::regex(pattern), replacement](std::string field) {
        return std::regex_replace(field, expression, replacement);
    });
}

PutIn with_text(const char* pattern, const char* replacement) {
    return with_content([expression = std::regex(pattern), replacement](std::string text) {
        return std::regex_replace(text, expression, replacement);
    });
}

std::string wrapped(const std::string& text, std::size_t width) {
    std::string out;
    std::size_t column = 0;
    for (const char c : text) {
        column = c == '\n' ? 0 : column + 1;
        out += c;
        if (column == width) {
            out += "\r\n";
            column = 0;
        }
    }
    return out;
}

Faults alterations() {
    return {
        {"last-line-end-dropped",
         {"5321-4.1.1.4-final-crlf-is-content", "6152-3-final-crlf-part-of-content"},
         "the content's last CR LF is dropped",
         with_content([](std::string s) { return s.ends_with("\r\n") ? s.substr(0, s.size() - 2) : s; })},
        {"lines-wrapped-at-900",
         {"5321-4.5.3.1.6-text-line-1000"},
         "lines of 900 octets are broken",
         with_content([](std::string s) { return wrapped(s, 900); })},
        {"content-cut-at-60000",
         {"5321-4.5.3.1.7-message-64k"},
         "only 60,000 octets of a mail are kept",
         with_content([](std::string s) { return s.substr(0, 60000); })},
        {"bcc-header-dropped",
         {"5321-7.2-no-header-deduction", "5321-4.5.2-all-ascii-delivered"},
         "header fields are removed",
         with_text("Subject:[^\r]*\r\n", "")},
        {"received-of-others-dropped",
         {"5321-4.4-received-not-changed", "5321-4.4-received-order-kept"},
         "Received fields that a mail came with are dropped",
         with_text("Received:[^\r]*\r\n([ \t][^\r]*\r\n)*", "")},
        {"received-of-others-changed",
         {"5321-4.4-received-not-changed"},
         "Received fields that a mail came with are changed",
         with_text("Received: from", "Received: From")},
        {"apparently-to-added",
         {"5321-7.2-no-apparently-to"},
         "an Apparently-To field is added",
         with_content([](std::string s) { return "Apparently-To: <somebody@example.org>\r\n" + s; })},
    };
}

Faults traces() {
    return {
        {"received-missing",
         {"5321-4.4-received-inserted"},
         "no Received field is added",
         with_received(".|\r|\n", "")},
        {"received-below-the-header",
         {"5321-4.4-received-inserted"},
         "the Received field is the last of the header section",
         [](service::ServeOptions& o) {
             with_mail([](AcceptedMail& mail) {
                 const std::string all = mail.content->read(0, mail.content->size());
                 mail.content = std::make_shared<routing::Content>(std::filesystem::temp_directory_path().string());
                 const auto end = all.find("\r\n\r\n");
                 mail.content->append(end == std::string::npos
                                          ? all
                                          : all.substr(0, end + 2) + mail.received_field + all.substr(end + 2));
                 mail.received_field.clear();
             })(o);
         }},
        {"received-without-the-address",
         {"5321-4.4-received-from-ehlo-and-ip", "5321-4.4-stamp-tcp-info"},
         "the client's address is missing in Received",
         with_received("\\(\\[[^\\]]*\\]\\)", "")},
        {"received-with-another-address",
         {"5321-4.4-received-from-not-forged", "5321-4.4-stamp-tcp-info"},
         "Received shows another address",
         with_received("\\[127[^\\]]*\\]", "[192.0.2.99]")},
        {"received-without-the-clients-name",
         {"5321-4.4-received-from-ehlo-and-ip", "5321-4.4-received-from-clause"},
         "Received does not show what EHLO said",
         with_received("from [^ \r]*", "from unknown")},
        {"received-without-by",
         {"5321-4.4-stamp-by-clause"},
         "the by clause is missing",
         with_received("by [^ \r]+", "")},
        {"received-by-another",
         {"5321-4.4-stamp-by-clause"},
         "the by clause names another server",
         with_received("by [^ \r]+", "by another.example")},
        {"received-with-smtp-after-ehlo",
         {"5321-4.4-stamp-with-esmtp"},
         "with SMTP instead of ESMTP",
         with_received("with ESMTP", "with SMTP")},
        {"received-with-esmtp-after-helo",
         {"5321-4.4-stamp-with-esmtp", "5321-4.4-stamp-registered-protocols"},
         "with ESMTP instead of SMTP",
         with_received("with SMTP", "with ESMTP")},
        {"received-with-unregistered-protocol",
         {"5321-4.4-stamp-registered-protocols"},
         "with is followed by a word of no registry",
         with_received("with E?SMTPS?A?", "with CARRIERPIGEON")},
        {"received-zone-by-name",
         {"5321-4.4-received-numeric-offset"},
         "the time zone is GMT, not +0000",
         with_received("[+-][0-9]{4}", "GMT")},
        {"received-two-digit-year",
         {"5321-F.5-four-digit-years", "5321-4.4-stamp-date-time"},
         "the year has two digits",
         with_received(" 20([0-9]{2}) ", " $1 ")},
        {"received-without-date",
         {"5321-4.4-stamp-date-time"},
         "Received has no date",
         with_received(";[^;]*$", "\r\n")},
        {"received-clauses-out-of-order",
         {"5321-4.4-stamp-clause-order"},
         "id stands before with",
         with_received("with (\\S+)\\s+id (\\S+)", "id $2 with $1")},
        {"received-shows-all-recipients",
         {"5321-4.4-received-for-single", "5321-4.4-received-for-no-bcc-leak"},
         "for lists all recipients",
         [](service::ServeOptions& o) {
             with_mail([](AcceptedMail& mail) {
                 std::string all;
                 for (const auto& r : mail.envelope.recipients) all += " <" + r.address + ">";
                 const auto end = mail.received_field.rfind(';');
                 mail.received_field.insert(end, "\r\n\tfor" + all);
             })(o);
         }},
    };
}

}  // namespace

Faults content_faults() {
    Faults all = alterations();
    std::ranges::move(traces(), std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
