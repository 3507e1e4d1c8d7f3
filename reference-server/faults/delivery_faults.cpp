#include "faults/memory.h"
#include "mailbox/maildir.h"
#include "routing/router.h"
#include "service/mail_of_session.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <regex>
#include <thread>

/// Which mails are taken, what of them reaches mailboxes and next hop, and who gets them.
namespace refserver::faults {
namespace {

using routing::AcceptedMail;
using routing::CommitResult;
using service::Commit;

std::string text_of(const AcceptedMail& mail) {
    return mail.content->read(0, mail.content->size());
}

void set_text(AcceptedMail& mail, const std::string& text) {
    mail.content = std::make_shared<routing::Content>(std::filesystem::temp_directory_path().string());
    mail.content->append(text);
}

/// A mail in which that is found is refused at its end.
PutIn refused_with(const char* pattern) {
    return with_commit(
        [expression = std::regex(pattern)](const Commit& own, const AcceptedMail& mail, std::string& why) {
            return std::regex_search(text_of(mail), expression) ? CommitResult::failed : own(mail, why);
        });
}

PutIn with_outgoing_text(std::function<std::string(std::string)> change) {
    return with_mail([change](AcceptedMail& mail) {
        const bool outgoing = std::ranges::any_of(mail.envelope.recipients, [](const auto& r) { return !r.hosted; });
        if (outgoing) set_text(mail, change(text_of(mail)));
    });
}

/// More Received fields than the session lets through.
PutIn loops_go_on() {
    return [](service::ServeOptions& options) {
        Changes changes;
        changes.raw_content = [](std::string octets) { return replaced(std::move(octets), "Received: ", "X-Trace: "); };
        with_dialogue(changes)(options);
        with_content([](std::string text) { return replaced(std::move(text), "X-Trace: ", "Received: "); })(options);
    };
}

/// A mail ends where MAIL says with SIZE that it ends.
PutIn declared_size_ends_the_data() {
    return with_memory([] {
        auto left = std::make_shared<std::size_t>(0);
        Changes changes;
        changes.command = [=](const std::string& line) {
            static const std::regex form(" SIZE=([0-9]{1,6})( |$)", std::regex::icase);
            std::smatch found;
            if (verb_of(line) == "MAIL" || verb_of(line) == "RSET") {
                *left = std::regex_search(line, found, form) ? std::stoul(found[1]) : 0;
            }
            return line;
        };
        changes.raw_content = [=](std::string octets) {
            if (*left == 0) return octets;
            if (octets.size() <= *left) {
                *left -= octets.size();
                return octets;
            }
            const std::size_t end = std::exchange(*left, 0);
            const bool at_line_end = end >= 2 && octets.substr(end - 2, 2) == "\r\n";
            return octets.insert(end, at_line_end ? ".\r\n" : "\r\n.\r\n");
        };
        return changes;
    });
}

/// 552 at the end of a mail that is too big, and it is delivered all the same.
PutIn too_big_but_delivered() {
    return [](service::ServeOptions& options) {
        auto most = std::make_shared<std::uint64_t>(0);
        options.seams.configuration = [most](service::Configuration& configuration) {
            auto facts = std::make_shared<protocol::ServerFacts>(*configuration.facts);
            *most = std::exchange(facts->max_mail_size, 1'000'000'000'000);
            configuration.facts = facts;
        };
        with_memory([most] {
            auto size = std::make_shared<std::uint64_t>(0);
            Changes changes;
            changes.raw_content = [=](std::string octets) {
                *size += octets.size();
                return octets;
            };
            changes.reply = [=](const std::string& verb, std::string own) {
                if (verb == "EHLO") return rewritten(own, "SIZE [0-9]+", ("SIZE " + std::to_string(*most)).c_str());
                if (verb != ".") return own;
                return std::exchange(*size, 0) > *most + 5 ? std::string("552 5.3.4 too big\r\n") : own;
            };
            return changes;
        })(options);
    };
}

/// What the disk is told without the Return-Path field.
class WithoutReturnPath final : public mailbox::FileOperations {
public:
    int create(const std::filesystem::path& path) override { return files_.create(path); }
    void write(int fd, std::string_view octets) override {
        const auto end = octets.find("\r\n");
        files_.write(fd, octets.starts_with("Return-Path:") ? octets.substr(end + 2) : octets);
    }
    void write(int fd, const routing::Content& content, mailbox::Span span) override {
        files_.write(fd, content, span);
    }
    void sync(int fd) override { files_.sync(fd); }
    void close(int fd) override { files_.close(fd); }
    void close_quietly(int fd) noexcept override { files_.close_quietly(fd); }
    void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
        files_.rename(from, to);
    }
    void remove_quietly(const std::filesystem::path& path) noexcept override { files_.remove_quietly(path); }
    bool make_directory(const std::filesystem::path& path) override { return files_.make_directory(path); }
    void sync_directory(const std::filesystem::path& path) override { files_.sync_directory(path); }

private:
    mailbox::FileOperations& files_ = mailbox::file_system();
};

/// Of mails for mailboxes alone.
PutIn without_return_path() {
    return [](service::ServeOptions& options) {
        auto files = std::make_shared<WithoutReturnPath>();
        auto mailboxes = std::make_shared<mailbox::MaildirDestination>(options.mailbox_root, *files);
        with_commit([files, mailboxes](const Commit& own, const AcceptedMail& mail, std::string& why) {
            const bool hosted = std::ranges::all_of(mail.envelope.recipients, &routing::Recipient::hosted);
            return hosted ? routing::Router(*mailboxes, nullptr).commit(mail, why) : own(mail, why);
        })(options);
    };
}

/// What the server works with, also after a reload.
std::shared_ptr<service::InEffect<service::Configuration>> configuration_in_effect(service::ServeOptions& options) {
    auto effective = std::make_shared<service::InEffect<service::Configuration>>();
    options.seams.configuration = [effective](service::Configuration& configuration) {
        effective->set(std::make_shared<const service::Configuration>(configuration));
    };
    return effective;
}

/// If the address has an account here.
void add_hosted(AcceptedMail& mail, const std::string& address, const service::Configuration& configuration) {
    const auto mailbox = service::mailbox_of(address);
    const auto* account = mailbox ? configuration.hosted_account(*mailbox) : nullptr;
    if (account == nullptr) return;
    routing::Recipient recipient;
    recipient.address = address;
    recipient.hosted = true;
    recipient.account = account->user;
    mail.envelope.recipients.push_back(recipient);
}

/// Whoever the header names and has an account here gets the mail, too.
PutIn recipients_from_the_header() {
    return [](service::ServeOptions& options) {
        const auto effective = configuration_in_effect(options);
        with_mail([effective](AcceptedMail& mail) {
            static const std::regex field("\n(?:Cc|Bcc): <([^>]*)>");
            const std::string text = text_of(mail);
            for (std::sregex_iterator it(text.begin(), text.end(), field), end; it != end; ++it) {
                add_hosted(mail, (*it)[1], *effective->get());
            }
        })(options);
    };
}

/// What is acknowledged is stored half a second later.
PutIn stored_late() {
    return [](service::ServeOptions& options) {
        options.seams.commit = [](const Commit& own) -> Commit {
            // Ends with the server's copy of this, while there still are mailboxes.
            struct Late {
                std::mutex mutex;
                std::vector<std::jthread> threads;
            };
            return [own, late = std::make_shared<Late>()](const AcceptedMail& mail, std::string&) {
                const std::lock_guard lock(late->mutex);
                late->threads.emplace_back([own, mail] {
                    std::this_thread::sleep_for(std::chrono::milliseconds(500));
                    std::string why;
                    own(mail, why);
                });
                return CommitResult::stored;
            };
        };
    };
}

/// Sender and recipients that no mail has come for yet.
class Unfinished {
public:
    Unfinished(std::shared_ptr<const service::Configuration> configuration, std::shared_ptr<const Commit> commit)
        : configuration_(std::move(configuration)), commit_(std::move(commit)) {}
    ~Unfinished() {
        if (mail_.envelope.recipients.empty() || !*commit_) return;
        set_text(mail_, "Subject: never said\r\n\r\n");
        std::string why;
        (*commit_)(mail_, why);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;

    void hear(const std::string& line) {
        const std::string verb = verb_of(line);
        if (verb != "RCPT" && verb != "NOOP" && verb != "QUIT") mail_ = {};
        const auto begin = line.find('<');
        const auto end = line.find('>');
        if (verb != "RCPT" || begin == std::string::npos || end == std::string::npos || end < begin) return;
        add_hosted(mail_, line.substr(begin + 1, end - begin - 1), *configuration_);
    }

private:
    std::shared_ptr<const service::Configuration> configuration_;
    std::shared_ptr<const Commit> commit_;
    AcceptedMail mail_;
};

PutIn open_transactions_delivered() {
    return [](service::ServeOptions& options) {
        const auto effective = configuration_in_effect(options);
        auto commit = std::make_shared<Commit>();
        options.seams.commit = [commit](Commit own) { return *commit = std::move(own); };
        with_memory([effective, commit] {
            auto unfinished = std::make_shared<Unfinished>(effective->get(), commit);
            Changes changes;
            changes.command = [unfinished](const std::string& line) {
                unfinished->hear(line);
                return line;
            };
            return changes;
        })(options);
    };
}

Faults refusals() {
    return {
        {"binary-mails-by-data-refused",
         {"3030-3-mislabelled-binary-accepted"},
         "a mail that says it is binary, sent without BODY=BINARYMIME, gets 451",
         refused_with("\nContent-Transfer-Encoding: binary\r")},
        {"resent-fields-without-their-fellows-refused",
         {"5321-3.3-resent-mismatch-accepted"},
         "a mail with some of the Resent fields gets 451",
         refused_with("\nResent-(To|From|Date|Message-ID):")},
        {"received-without-a-date-refused",
         {"5321-3.7.2-odd-received-accepted", "5321-3.7.2-odd-received-robust"},
         "a mail with a Received field of no form gets 451",
         refused_with("(^|\n)Received:[^;\r]*\r\n")},
        {"loops-not-stopped",
         {"5321-6.3-loops-stopped"},
         "a thousand Received fields are none too many",
         loops_go_on()},
        {"too-big-mail-refused-and-delivered",
         {"5321-4.2.5-5yz-no-delivery", "5321-4.1.1.4-failure-means-failure"},
         "a mail that gets 552 is delivered",
         too_big_but_delivered()},
        {"declared-size-ends-the-data",
         {"1870-6-size-not-end-of-data", "1870-6.1-larger-than-declared-allowed"},
         "a mail ends after as many octets as SIZE= said, and commands follow",
         declared_size_ends_the_data()},
    };
}

Faults arrivals() {
    return {
        {"return-path-missing",
         {"5321-4.4-return-path-added", "5321-4.4-return-path-before-received"},
         "no Return-Path field is added",
         without_return_path()},
        {"mail-stored-half-a-second-late",
         {"5321-6.1-not-lost", "X20"},
         "250 comes half a second before the mail is on disk",
         stored_late()},
        {"open-transactions-delivered-at-the-end",
         {"5321-4.1.1.10-premature-close-cancels"},
         "a transaction that is open when the session ends brings its hosted recipients an empty mail",
         open_transactions_delivered()},
        {"recipients-from-the-header",
         {"5321-C-no-routing-from-header"},
         "accounts named in Cc and Bcc get the mail",
         recipients_from_the_header()},
        {"received-without-from",
         {"5321-4.4-received-from-clause"},
         "the from clause is missing",
         with_mail([](AcceptedMail& mail) {
             mail.received_field = rewritten(mail.received_field, "from [^(]*\\([^)]*\\)", "");
         })},
        {"received-with-utf8smtp-always",
         {"6531-3.7.3-trace-ascii-without-param"},
         "with UTF8SMTP, asked for or not",
         with_mail([](AcceptedMail& mail) {
             mail.received_field = rewritten(mail.received_field, "with E?SMTP", "with UTF8SMTP");
         })},
        {"authentication-results-dropped",
         {"8601-4-no-added-results", "8601-4.1-ar-not-reordered"},
         "Authentication-Results fields of others are dropped",
         with_content([](std::string text) { return rewritten(text, "Authentication-Results:[^\r]*\r\n", ""); })},
        {"authentication-results-added-to",
         {"8601-4-no-added-results"},
         "a result of its own is added to an Authentication-Results field of another server",
         with_content(
             [](std::string text) { return rewritten(text, "(Authentication-Results:[^\r]*)", "$1; dkim=none"); })},
        {"empty-sender-field-added",
         {"6409-8.1-sender-valid"},
         "a Sender field without an address is added",
         with_content([](std::string text) { return "Sender: \r\n" + text; })},
        {"date-not-added",
         {"6409-8-output-conforms", "6409-8.2-may-add-date"},
         "mail without a Date field goes on without one",
         with_mail([](AcceptedMail& mail) {
             mail.received_field = rewritten(mail.received_field, "\nDate: [^\r]*\r\n", "\n");
         })},
        {"outgoing-text-encoded-without-saying-so",
         {"6409-8.4-may-encode"},
         "in the text of outgoing mail each e becomes =65, though no field says so",
         with_outgoing_text([](std::string text) {
             const auto header = std::min(text.find("\r\n\r\n"), text.size());
             return text.substr(0, header) + replaced(text.substr(header), "e", "=65");
         })},
        {"outgoing-mail-from-its-return-path",
         {"5321-4.4-relay-ignores-return-path"},
         "a Return-Path field in the data becomes the sender of outgoing mail",
         with_mail([](AcceptedMail& mail) {
             std::smatch found;
             const std::string text = text_of(mail);
             if (std::regex_search(text, found, std::regex("^Return-Path: <([^>]*)>"))) {
                 mail.envelope.reverse_path = found[1];
             }
         })},
        {"outgoing-mail-in-lines-of-lf",
         {"5321-2.3.8-client-crlf-only", "3030-2-text-crlf"},
         "in the text of outgoing mail lines end in a lone LF",
         with_outgoing_text([](std::string text) {
             const auto body = std::min(text.find("\r\n\r\n"), text.size());
             return text.substr(0, body) + "\r\n\r\n" +
                    replaced(text.substr(std::min(body + 4, text.size())), "\r\n", "\n");
         })},
        {"outgoing-mail-with-two-line-ends-for-none",
         {"5321-4.1.1.4-missing-final-crlf"},
         "outgoing mail without a line end at its end gets an empty line, too",
         with_outgoing_text([](std::string text) { return text.ends_with("\r\n") ? text : text + "\r\n\r\n"; })},
        {"delays-always-reported",
         {"3461-5.2.5-delay-not-requested"},
         "NOTIFY=FAILURE counts as FAILURE,DELAY",
         with_mail([](AcceptedMail& mail) {
             for (auto& r : mail.envelope.recipients) {
                 if (r.notify == "FAILURE") r.notify = "FAILURE,DELAY";
             }
         })},
        {"outgoing-mail-for-lower-case-local-parts",
         {"6409-8.8-no-rewrite-destination", "5321-2.3.11-local-part-opaque", "5321-2.4-local-part-case-significant"},
         "local parts elsewhere lose their case",
         with_mail([](AcceptedMail& mail) {
             for (auto& r : mail.envelope.recipients) {
                 const auto at = r.address.rfind('@');
                 if (!r.hosted && at != std::string::npos) {
                     std::ranges::transform(
                         r.address.begin(), r.address.begin() + static_cast<std::ptrdiff_t>(at), r.address.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | ' ') : c; });
                 }
             }
         })},
        {"reverse-path-in-utf-8-lost",
         {"6531-3.1-full-compliance"},
         "octets above 127 of the sender become question marks",
         with_mail([](AcceptedMail& mail) {
             for (char& c : mail.envelope.reverse_path) c = static_cast<unsigned char>(c) > 127 ? '?' : c;
         })},
        {"reports-for-the-null-sender-to-the-recipient",
         {"3461-5.2-no-dsn-to-null"},
         "with NOTIFY the null sender is replaced by the recipient, who is told",
         with_mail([](AcceptedMail& mail) {
             const auto& first = mail.envelope.recipients.front();
             if (mail.envelope.reverse_path.empty() && !first.notify.empty()) {
                 mail.envelope.reverse_path = first.address;
             }
         })},
    };
}

}  // namespace

Faults delivery_faults() {
    Faults all = refusals();
    std::ranges::move(arrivals(), std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
