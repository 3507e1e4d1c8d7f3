#include "client/mailbox_check.h"

#include "client/case_ends.h"
#include "client/mock_client.h"
#include "client/reply_match.h"

#include <algorithm>

namespace smtpspec::client {

namespace {

constexpr const char* fence_field = "X-Smtpspec-Fence: ";
// A fence's header section is short, whatever trace fields a server puts before it.
constexpr std::size_t most_of_fence = std::size_t{16} * 1024;

bool is_fence(const StoredMail& mail, const std::string& token = {}) {
    // The first line of all where a server adds no trace field.
    return ("\n" + MaildirReader::read(mail, most_of_fence)).find(std::string("\n") + fence_field + token) !=
           std::string::npos;
}

std::vector<StoredMail> without_fences(std::vector<StoredMail> mails) {
    std::erase_if(mails, [](const StoredMail& mail) { return is_fence(mail); });
    return mails;
}

std::string counted(std::size_t messages) {
    return std::to_string(messages) + (messages == 1 ? " message" : " messages");
}

}  // namespace

Patience Mailboxes::patience() const {
    return Patience(reply_time(stage_), stage_.cancelled);
}

MaildirReader Mailboxes::reader(const std::string& role) const {
    return MaildirReader(*stage_.maildir_root / names_.account(role).user);
}

std::optional<std::string> Mailboxes::count_difference(const script::CountCheck& check) {
    const auto messages = static_cast<std::size_t>(check.messages);
    const MaildirReader maildir = reader(check.role);
    std::size_t count = 0;
    const auto enough = [&] {
        count = without_fences(maildir.list()).size();
        return count >= messages;
    };
    const Milliseconds wait = check.within    ? scaled(*check.within, stage_)
                              : check.at_most ? Milliseconds::zero()
                                              : reply_time(stage_);
    if ((maildir.wait_until(enough, Patience(wait, stage_.cancelled)) || check.at_most) && count <= messages) {
        pass_fence(check.role);
        enough();
    }
    if (count == messages || (check.at_most && count < messages)) return std::nullopt;
    return std::string("expected ") + (check.at_most ? "at most " : "") + counted(messages) + " in the mailbox of " +
           check.role + "; got " + std::to_string(count);
}

std::optional<FoundMessage> Mailboxes::message(const std::string& role, std::size_t number) {
    const MaildirReader maildir = reader(role);
    std::vector<StoredMail> mails;
    const auto enough = [&] {
        mails = without_fences(maildir.list());
        return mails.size() >= number;
    };
    if (!maildir.wait_until(enough, patience())) return std::nullopt;
    return FoundMessage{MaildirReader::read(mails[number - 1]), std::nullopt};
}

std::vector<FoundMessage> Mailboxes::all_messages(const std::string& role) {
    pass_fence(role);
    std::vector<FoundMessage> found;
    for (const StoredMail& mail : without_fences(reader(role).list())) {
        found.push_back({MaildirReader::read(mail), std::nullopt});
    }
    return found;
}

void Mailboxes::pass_fence(const std::string& role) {
    const std::string marker = names_.value("marker", nullptr).value_or("fence");
    const std::string token = marker + "." + std::to_string(++fences_) + ".";
    send_fence(names_.address(role), token);
    const MaildirReader maildir = reader(role);
    std::optional<StoredMail> fence;
    const auto arrived = [&] {
        const auto mails = maildir.list();
        const auto found =
            std::find_if(mails.begin(), mails.end(), [&](const auto& mail) { return is_fence(mail, token); });
        if (found != mails.end()) fence = *found;
        return fence.has_value();
    };
    if (!maildir.wait_until(arrived, patience())) {
        throw CaseEnds(Outcome::inconclusive, "the fence mail to " + role + " was accepted but did not arrive in time");
    }
    std::error_code gone;
    std::filesystem::remove(fence->path, gone);
    transcript_.note("fence", "arrived in the mailbox of " + role + " and was removed");
}

void Mailboxes::send_fence(const std::string& address, const std::string& token) {
    const script::Client script;
    Stage plain = stage_;
    plain.channel.reset();
    MockClient client("fence", script, plain, transcript_);
    client.arrive();
    const std::string mail = std::string(fence_field) + token + "\r\n" +
                             small_message({.from = "fence@remote.example", .to = address, .marker = token});
    const std::pair<std::string, const char*> steps[] = {{"EHLO client.example\r\n", "250"},
                                                         {"MAIL FROM:<fence@remote.example>\r\n", "250"},
                                                         {"RCPT TO:<" + address + ">\r\n", "25x"},
                                                         {"DATA\r\n", "354"},
                                                         {as_data(mail), "250"}};
    for (const auto& [octets, code] : steps) {
        client.say({{octets}, false});
        const Heard heard = client.hear(reply_time(stage_));
        if (heard.kind == Heard::Kind::reply && code_fits(code, heard.reply.code)) continue;
        throw CaseEnds(Outcome::inconclusive, "the fence mail to " + address + " was not taken: expected " + code +
                                                  "; got " + description(heard));
    }
    client.finish();
}

}  // namespace smtpspec::client
