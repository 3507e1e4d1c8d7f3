#include "outgoing-mail/relay_session.h"
#include "outgoing-mail/smtp_text.h"

#include <algorithm>

// The part of a RelaySession that carries one mail.
namespace refserver::outgoing_mail {

void RelaySession::begin(const Transaction& transaction) {
    transaction_ = transaction;
    const auto count = transaction.recipients.size();
    results_.assign(count, Result{Outcome::postponed, {}, {}, {}, false});
    accepted_.assign(count, false);
    answered_ = submitted_ = 0;
    mail_taken_ = reply_seen_ = false;
    if (refuse_unsendable()) return;

    submitted_ = std::min<std::uint64_t>(count, offers_.max_recipients.value_or(count));
    form_ = transaction.envelope->binary ? ContentForm::chunk : ContentForm::data;
    phase_ = Phase::envelope;
    if (needs_rset_) send(Step::rset, "RSET");
    if (needs_rset_ && !offers_.pipelining) return;
    send(Step::mail, mail_command());
    if (!offers_.pipelining) return;
    for (std::size_t i = 0; i < submitted_; ++i) send(Step::rcpt, rcpt_command(i));
    // BDAT is followed by octets at once, so it waits until there is somebody to send them to.
    if (form_ == ContentForm::data) send(Step::data, "DATA");
}

void RelaySession::refuse_all(const std::string& status, const std::string& why) {
    for (auto& r : results_) r = {Outcome::permanent, why, status, {}, false};
}

// What this next hop cannot take at all (the mail is never converted: RFC 6152 §3 allows non-delivery instead).
bool RelaySession::refuse_unsendable() {
    const auto& e = *transaction_.envelope;
    const auto unsafe = [](const std::string& path) {
        return std::any_of(path.begin(), path.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
    };
    const auto foreign = [](const std::string& path) {
        return std::any_of(path.begin(), path.end(), [](unsigned char c) { return c > 0x7f; });
    };
    bool any_unsafe = unsafe(e.reverse_path), any_foreign = foreign(e.reverse_path);
    for (const auto i : transaction_.recipients) {
        any_unsafe |= unsafe(e.recipients[i].address);
        any_foreign |= foreign(e.recipients[i].address);
    }
    if (any_unsafe) {
        refuse_all("5.1.3", "an address has control characters");
    } else if (e.require_tls && !e.reverse_path.empty() && !tls_is_required()) {
        // RFC 8689 §5: a report goes on all the same, without the part that is secret.
        refuse_all("5.7.30", "the mail requires TLS to a verified host all the way (REQUIRETLS)");
    } else if (e.deliver_by && e.deliver_by->or_return && transaction_.seconds_left <= 0) {
        refuse_all("5.4.7", "the time by which it was to be delivered is over");
    } else if (e.deliver_by && e.deliver_by->or_return && !offers_.deliver_by) {
        // RFC 2852 §4: such a host would deliver it whenever it can.
        refuse_all("5.3.3", "the next hop does not return what is not delivered in time (DELIVERBY)");
    } else if (e.deliver_by && e.deliver_by->or_return && transaction_.seconds_left < min_by_time()) {
        refuse_all("5.4.7", "the next hop needs more time than is left to deliver it (DELIVERBY)");
    } else if (e.smtputf8 && (any_foreign || transaction_.eight_bit_header) && !offers_.smtputf8) {
        refuse_all("5.6.7", "the next hop does not take internationalised mail (SMTPUTF8)");
    } else if (e.binary && !(offers_.chunking && offers_.binary_mime)) {
        refuse_all("5.6.3", "the next hop does not take binary mail (BINARYMIME)");
    } else if (transaction_.eight_bit && !offers_.eight_bit_mime && !e.binary) {
        refuse_all("5.6.3", "the next hop does not take 8-bit mail (8BITMIME)");
    } else if (transaction_.eight_bit && transaction_.no_mime && !e.eight_bit && !e.binary && !e.smtputf8) {
        // RFC 5321 §2.4: 8BITMIME is not asked for on behalf of what is not MIME, unless the sender has.
        refuse_all("5.6.3", "the mail has octets above 127, but neither MIME fields nor BODY=8BITMIME");
    } else if (offers_.max_size != 0 && transaction_.size > offers_.max_size) {
        refuse_all("5.3.4", "the mail has " + std::to_string(transaction_.size) +
                                " octets, and the next hop takes no more than " + std::to_string(offers_.max_size));
    } else {
        return false;
    }
    return true;
}

std::string RelaySession::mail_command() const {
    const auto& e = *transaction_.envelope;
    std::string line = "MAIL FROM:<" + e.reverse_path + '>';
    if (offers_.size) line += " SIZE=" + std::to_string(transaction_.size);
    if (e.binary) {
        line += " BODY=BINARYMIME";
    } else if (offers_.eight_bit_mime && (e.eight_bit || transaction_.eight_bit)) {
        line += " BODY=8BITMIME";
    }
    if (e.smtputf8 && offers_.smtputf8) line += " SMTPUTF8";
    if (e.require_tls && tls_is_required()) line += " REQUIRETLS";
    // RFC 6710 §4.2: always, also where the sender gave none.
    if (offers_.mt_priority) line += " MT-PRIORITY=" + std::to_string(e.priority);
    if (e.deliver_by && offers_.deliver_by) {
        const auto left = std::clamp<std::int64_t>(transaction_.seconds_left, -999'999'999, 999'999'999);
        line += " BY=" + std::to_string(left) + (e.deliver_by->or_return ? ";R" : ";N");
        if (e.deliver_by->trace) line += 'T';
    }
    if (offers_.dsn) {
        if (e.ret == "FULL" || e.ret == "HDRS") line += " RET=" + e.ret;
        if (!e.envelope_id.empty()) line += " ENVID=" + xtext(e.envelope_id);
    }
    if (logged_in_ && !e.auth.empty()) line += " AUTH=" + (e.auth == "<>" ? e.auth : xtext(e.auth));
    return line;
}

std::string RelaySession::rcpt_command(std::size_t recipient) const {
    const auto& r = transaction_.envelope->recipients[transaction_.recipients[recipient]];
    std::string line = "RCPT TO:<" + r.address + '>';
    if (!offers_.dsn) return line;
    if (is_notify(r.notify)) line += " NOTIFY=" + r.notify;
    if (!r.original_recipient.empty())
        line += " ORCPT=" +
                original_recipient_xtext(r.original_recipient, transaction_.envelope->smtputf8 && offers_.smtputf8);
    return line;
}

void RelaySession::transaction_reply(Step step, const Reply& reply) {
    if (step == Step::rset) {
        needs_rset_ = false;
        if (!offers_.pipelining) send(Step::mail, mail_command());
        return;
    }
    reply_seen_ = true;
    switch (step) {
        case Step::mail:
            mail_taken_ = reply.kind() == 2;
            if (!mail_taken_) {
                for (std::size_t i = 0; i < submitted_; ++i) {
                    results_[i] = result_of(reply);
                    if (reply.kind() != 5) results_[i].outcome = Outcome::temporary;
                }
                if (!offers_.pipelining) return end_transaction();
            } else if (!offers_.pipelining) {
                send(Step::rcpt, rcpt_command(0));
            }
            return;
        case Step::rcpt:
            return recipient_reply(reply);
        case Step::data:
            if (reply.kind() == 3) {
                const bool any = std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end();
                form_ = any ? ContentForm::data : ContentForm::nothing;
                phase_ = Phase::content;
                return;
            }
            if (reply.kind() == 2) return lost("unexpected reply to DATA: " + reply.text());
            needs_rset_ = true;
            return verdict(reply);
        default:
            return verdict(reply);
    }
}

void RelaySession::recipient_reply(const Reply& reply) {
    const auto i = answered_++;
    if (mail_taken_) {
        accepted_[i] = reply.kind() == 2;
        results_[i] = result_of(reply);
        const bool others = std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end();
        if (others && (reply.code == 452 || reply.code == 552)) {
            // Too many recipients (RFC 5321 §4.5.3.1.10): those that were taken go first, the rest in the next
            // transaction. Where none was taken there are not too many, and 552 is final (RFC 1870 §6.4).
            results_[i].outcome = Outcome::postponed;
        } else if (reply.kind() == 3) {
            results_[i].outcome = Outcome::temporary;
        }
    }
    if (answered_ == submitted_) {
        recipients_done();
    } else if (!offers_.pipelining) {
        send(Step::rcpt, rcpt_command(answered_));
    }
}

void RelaySession::recipients_done() {
    const bool any = std::find(accepted_.begin(), accepted_.end(), true) != accepted_.end();
    if (form_ == ContentForm::chunk && any) {
        output_ += "BDAT " + std::to_string(transaction_.size) + " LAST\r\n";
        phase_ = Phase::content;
    } else if (form_ == ContentForm::chunk || (!any && !offers_.pipelining)) {
        needs_rset_ = true;
        end_transaction();
    } else if (!offers_.pipelining) {
        send(Step::data, "DATA");
    }
}

void RelaySession::content_sent() {
    awaited_.push_back(Step::message);
    phase_ = Phase::verdict;
}

void RelaySession::verdict(const Reply& reply) {
    for (std::size_t i = 0; i < accepted_.size(); ++i) {
        if (accepted_[i]) results_[i] = result_of(reply);
    }
    if (form_ == ContentForm::chunk && reply.kind() != 2) needs_rset_ = true;  // RFC 3030 §2
    end_transaction();
}

void RelaySession::end_transaction() {
    reused_ = true;
    phase_ = Phase::ready;
}

}  // namespace refserver::outgoing_mail
