#include "faults/put_in.h"

#include <algorithm>

namespace refserver::faults {
namespace {

using routing::AcceptedMail;
using routing::CommitResult;
using routing::Recipient;
using service::Commit;

PutIn twice(bool hosted) {
    return with_commit([hosted](const Commit& own, const AcceptedMail& mail, std::string& why) {
        AcceptedMail again = mail;
        std::erase_if(again.envelope.recipients, [=](const Recipient& r) { return r.hosted != hosted; });
        if (!again.envelope.recipients.empty()) own(again, why);
        return own(mail, why);
    });
}

/// Of a mixed mail, one side.
PutIn lost(bool hosted, bool only_if_mixed) {
    return with_commit([=](const Commit& own, const AcceptedMail& mail, std::string& why) {
        const auto& all = mail.envelope.recipients;
        const auto is_hosted = [](const Recipient& r) { return r.hosted; };
        const bool mixed = std::ranges::any_of(all, is_hosted) && !std::ranges::all_of(all, is_hosted);
        if (only_if_mixed && !mixed) return own(mail, why);
        AcceptedMail rest = mail;
        std::erase_if(rest.envelope.recipients, [=](const Recipient& r) { return r.hosted == hosted; });
        return rest.envelope.recipients.empty() ? CommitResult::stored : own(rest, why);
    });
}

PutIn only_recipient(bool first) {
    return with_mail([first](AcceptedMail& mail) {
        auto& all = mail.envelope.recipients;
        const Recipient kept = first ? all.front() : all.back();
        all.assign(1, kept);
    });
}

std::string lower_local_part(const std::string& address) {
    const auto at = address.rfind('@');
    std::string result = address;
    for (std::size_t i = 0; i < at && i < result.size(); ++i) {
        if (result[i] >= 'A' && result[i] <= 'Z') result[i] = static_cast<char>(result[i] - 'A' + 'a');
    }
    return result;
}

}  // namespace

Faults routing_faults() {
    return {
        {"hosted-mail-through-the-relay",
         {"D10"},
         "hosted recipients go through the outgoing mail service",
         with_mail([](AcceptedMail& mail) {
             for (auto& r : mail.envelope.recipients) r.hosted = false;
         })},
        {"hosted-mail-of-a-mixed-mail-to-the-relay-too",
         {"D10"},
         "hosted recipients of a mixed mail are relayed, too",
         with_mail([](AcceptedMail& mail) {
             auto& all = mail.envelope.recipients;
             const bool mixed = std::ranges::any_of(all, [](const auto& r) { return !r.hosted; });
             for (std::size_t i = 0, n = all.size(); mixed && i < n; ++i) {
                 if (!all[i].hosted) continue;
                 all.push_back(all[i]);
                 all.back().hosted = false;
             }
         })},
        {"hosted-mail-delivered-twice",
         {"D10", "5321-2.1-handoff-responsibility"},
         "two copies in the mailbox",
         twice(true)},
        {"outgoing-mail-sent-twice", {"D10", "D7"}, "two copies at the next hop", twice(false)},
        {"hosted-side-of-a-mixed-mail-lost", {"D10"}, "a mixed mail reaches only the next hop", lost(true, true)},
        {"outgoing-side-of-a-mixed-mail-lost", {"D10"}, "a mixed mail reaches only mailboxes", lost(false, true)},
        {"hosted-mail-lost-after-250",
         {"5321-2.1-handoff-responsibility", "5321-4.1.1.4-success-means-ok", "5321-6.1-not-lost",
          "5321-4.1.1.10-premature-close-keeps-done"},
         "mail for mailboxes is dropped after the 250",
         lost(true, false)},
        {"outgoing-mail-lost-after-250",
         {"D7", "5321-3.6.2-relay-becomes-client"},
         "outgoing mail is dropped after the 250",
         lost(false, false)},
        {"only-the-first-recipient-is-served",
         {"5321-3.3-rcpt-repeatable", "5321-4.1.1.3-rcpt-appends-only"},
         "the other recipients get nothing",
         only_recipient(true)},
        {"only-the-last-recipient-is-served",
         {"5321-3.3-rcpt-repeatable", "5321-4.1.1.3-rcpt-appends-only"},
         "the recipients before get nothing",
         only_recipient(false)},
        {"stored-but-refused",
         {"5321-4.2.5-5yz-no-delivery", "5321-4.1.1.4-success-means-ok"},
         "451 though the mail is delivered",
         with_commit([](const Commit& own, const AcceptedMail& mail, std::string& why) {
             own(mail, why);
             return CommitResult::failed;
         })},
        {"reverse-path-lost",
         {"5321-4.4-return-path-value", "5321-3.6.1-reverse-path-as-given"},
         "delivered with the null reverse-path",
         with_mail([](AcceptedMail& mail) { mail.envelope.reverse_path.clear(); })},
        {"null-reverse-path-replaced",
         {"5321-4.5.5-null-stays-null", "5321-4.1.1.2-mail-null-path"},
         "the null reverse-path becomes an address",
         with_mail([](AcceptedMail& mail) {
             if (mail.envelope.reverse_path.empty()) mail.envelope.reverse_path = "mailer-daemon@mail.example.org";
         })},
        {"reverse-path-in-lower-case",
         {"5321-2.4-local-part-case-preserved", "5321-4.4-return-path-value"},
         "the sender's local part loses its case",
         with_mail(
             [](AcceptedMail& mail) { mail.envelope.reverse_path = lower_local_part(mail.envelope.reverse_path); })},
        {"reverse-path-is-the-recipient",
         {"5321-4.4-return-path-value"},
         "the first recipient becomes the sender",
         with_mail([](AcceptedMail& mail) { mail.envelope.reverse_path = mail.envelope.recipients.front().address; })},
    };
}

}  // namespace refserver::faults
