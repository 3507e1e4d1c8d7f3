#include "outgoing-mail/queue_file.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace refserver::outgoing_mail {

namespace {

constexpr std::string_view magic = "queued-mail 1 ";

// A field never contains a space, an end of line or nothing at all.
std::string escape(std::string_view value) {
    if (value.empty()) return "-";
    if (value == "-") return "%2D";
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet <= ' ' || octet == 0x7f || c == '%') {
            out += {'%', digits[octet >> 4], digits[octet & 15]};
        } else {
            out += c;
        }
    }
    return out;
}

std::optional<std::string> unescape(std::string_view field) {
    if (field == "-") return std::string{};
    std::string out;
    for (std::size_t i = 0; i < field.size(); ++i) {
        if (field[i] != '%') {
            out += field[i];
            continue;
        }
        unsigned octet = 0;
        if (field.size() - i < 3) return std::nullopt;
        const auto [end, error] = std::from_chars(field.data() + i + 1, field.data() + i + 3, octet, 16);
        if (error != std::errc{} || end != field.data() + i + 3) return std::nullopt;
        out += static_cast<char>(octet);
        i += 2;
    }
    return out;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// Of a word of the form name=value.
template <class Number>
std::optional<Number> value_of(std::string_view word, std::string_view name) {
    return word.starts_with(name) ? number<Number>(word.substr(name.size())) : std::nullopt;
}

std::string time_text(Time t) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(t.time_since_epoch()).count());
}

std::optional<Time> time_of(std::string_view text) {
    // Up to the year 9999: more would overflow the clock's own unit.
    const auto ms = number<std::int64_t>(text);
    if (!ms || *ms < 0 || *ms > 253'402'300'799'000) return std::nullopt;
    return Time{} + std::chrono::milliseconds{*ms};
}

// The rest of it follows in words of its own.
std::optional<routing::DeliverBy> deliver_by_of(std::string_view word) {
    constexpr std::string_view or_return = "by-or-return=", or_notify = "by-or-notify=";
    const bool returns = word.starts_with(or_return);
    if (!returns && !word.starts_with(or_notify)) return std::nullopt;
    const auto time = time_of(word.substr(or_return.size()));
    if (!time) return std::nullopt;
    return routing::DeliverBy{*time, returns, false, false};
}

std::vector<std::string_view> words(std::string_view line) {
    std::vector<std::string_view> out;
    while (true) {
        const auto space = line.find(' ');
        out.push_back(line.substr(0, space));
        if (space == std::string_view::npos) return out;
        line.remove_prefix(space + 1);
    }
}

// Takes one line off the front; nothing when there is no end of line.
std::optional<std::string_view> take_line(std::string_view& text) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

bool QueuedMail::finished() const {
    return std::none_of(progress.begin(), progress.end(), [](const Progress& p) { return p.waiting; });
}

std::string encode_head(QueuedMail& mail) {
    const auto& e = mail.envelope;
    std::string body = "mail " + time_text(mail.arrived) + ' ' + std::to_string(mail.message_size) + ' ' +
                       escape(e.reverse_path) + ' ' + escape(e.ret) + ' ' + escape(e.envelope_id) + ' ' +
                       escape(e.auth);
    if (e.eight_bit) body += " eight-bit";
    if (e.binary) body += " binary";
    if (e.smtputf8) body += " smtputf8";
    if (e.require_tls) body += " require-tls";
    if (e.report) body += " report";
    if (e.priority != 0) body += " priority=" + std::to_string(e.priority);
    if (e.deliver_by) {
        body += (e.deliver_by->or_return ? " by-or-return=" : " by-or-notify=") + time_text(e.deliver_by->time);
        if (e.deliver_by->trace) body += " by-trace";
        if (e.deliver_by->was_over) body += " by-was-over";
    }
    body += '\n';
    for (const auto& r : e.recipients) {
        body += "recipient " + escape(r.address) + ' ' + escape(r.notify) + ' ' + escape(r.original_recipient) + '\n';
    }
    mail.message_offset = first_line_size + body.size();
    char first_line[first_line_size + 1];
    std::snprintf(first_line, sizeof first_line, "%s%016llu\n", magic.data(),
                  static_cast<unsigned long long>(mail.message_offset));
    return first_line + body;
}

std::optional<std::uint64_t> head_size(std::string_view first_line) {
    if (first_line.size() != first_line_size || !first_line.starts_with(magic) || first_line.back() != '\n')
        return std::nullopt;
    first_line.remove_prefix(magic.size());
    first_line.remove_suffix(1);
    const auto size = number<std::uint64_t>(first_line);
    // A thousand recipients of the longest kind need less than a tenth of this.
    if (!size || *size < first_line_size || *size > 64u << 20) return std::nullopt;
    return size;
}

std::optional<QueuedMail> decode_head(std::string_view head) {
    if (head_size(head.substr(0, first_line_size)) != head.size()) return std::nullopt;
    QueuedMail mail;
    mail.message_offset = head.size();
    head.remove_prefix(first_line_size);

    const auto mail_line = take_line(head);
    if (!mail_line) return std::nullopt;
    const auto field = words(*mail_line);
    if (field.size() < 7 || field[0] != "mail") return std::nullopt;
    const auto arrived = time_of(field[1]);
    const auto size = number<std::uint64_t>(field[2]);
    const auto reverse_path = unescape(field[3]), ret = unescape(field[4]), envelope_id = unescape(field[5]),
               auth = unescape(field[6]);
    if (!arrived || !size || !reverse_path || !ret || !envelope_id || !auth) return std::nullopt;
    mail.arrived = *arrived;
    mail.message_size = *size;
    auto& e = mail.envelope;
    e.reverse_path = *reverse_path;
    e.ret = *ret;
    e.envelope_id = *envelope_id;
    e.auth = *auth;
    for (std::size_t i = 7; i < field.size(); ++i) {
        if (field[i] == "eight-bit")
            e.eight_bit = true;
        else if (field[i] == "binary")
            e.binary = true;
        else if (field[i] == "smtputf8")
            e.smtputf8 = true;
        else if (field[i] == "require-tls")
            e.require_tls = true;
        else if (field[i] == "report")
            e.report = true;
        else if (const auto priority = value_of<int>(field[i], "priority="))
            e.priority = *priority;
        else if (const auto by = deliver_by_of(field[i]))
            e.deliver_by = by;
        else if (field[i] == "by-trace" && e.deliver_by)
            e.deliver_by->trace = true;
        else if (field[i] == "by-was-over" && e.deliver_by)
            e.deliver_by->was_over = true;
        else
            return std::nullopt;
    }
    while (const auto line = take_line(head)) {
        const auto f = words(*line);
        if (f.size() != 4 || f[0] != "recipient") return std::nullopt;
        const auto address = unescape(f[1]), notify = unescape(f[2]), original = unescape(f[3]);
        if (!address || !notify || !original) return std::nullopt;
        routing::Recipient r;
        r.address = *address;
        r.notify = *notify;
        r.original_recipient = *original;
        e.recipients.push_back(std::move(r));
    }
    if (!head.empty() || e.recipients.empty()) return std::nullopt;
    mail.progress.assign(e.recipients.size(), Progress{true, 0, mail.arrived, {}, false});
    return mail;
}

std::string encode_progress(std::size_t recipient, const Progress& p) {
    return std::string(!p.waiting ? "done "
                       : p.late   ? "late "
                                  : "waits ") +
           std::to_string(recipient) + ' ' + std::to_string(p.attempts) + ' ' + time_text(p.due) + ' ' +
           escape(p.last_answer) + '\n';
}

std::size_t apply_journal(QueuedMail& mail, std::string_view journal) {
    const auto whole = journal.size();
    while (true) {
        const auto left = journal.size();
        const auto line = take_line(journal);
        if (!line) return whole - left;
        const auto f = words(*line);
        if (f.size() != 5 || (f[0] != "waits" && f[0] != "late" && f[0] != "done")) return whole - left;
        const auto recipient = number<std::size_t>(f[1]);
        const auto attempts = number<std::uint32_t>(f[2]);
        const auto due = time_of(f[3]);
        const auto answer = unescape(f[4]);
        if (!recipient || *recipient >= mail.progress.size() || !attempts || !due || !answer) return whole - left;
        mail.progress[*recipient] = Progress{f[0] != "done", *attempts, *due, *answer, f[0] == "late"};
    }
}

}  // namespace refserver::outgoing_mail
