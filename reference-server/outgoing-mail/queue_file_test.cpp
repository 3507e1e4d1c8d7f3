#include "outgoing-mail/queue_file.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using ::testing::SizeIs;

constexpr Time arrived{std::chrono::milliseconds{1'700'000'000'123}};

QueuedMail example() {
    QueuedMail mail;
    mail.arrived = arrived;
    mail.message_size = 77;
    auto& e = mail.envelope;
    e.reverse_path = "\"ann % lee\"@example.org";
    e.eight_bit = e.binary = e.smtputf8 = e.require_tls = e.report = true;
    e.priority = -9;
    e.deliver_by = routing::DeliverBy{arrived - std::chrono::seconds{5}, true, true, true};
    e.ret = "FULL";
    e.envelope_id = "line\r\nbreak";
    e.auth = "<>";
    routing::Recipient bob;
    bob.address =
        "b\xc3\xb6"
        "b@remote.example";
    bob.notify = "SUCCESS,DELAY";
    bob.original_recipient = "rfc822;bob@x";
    e.recipients.push_back(bob);
    routing::Recipient dash;
    dash.address = "-";
    e.recipients.push_back(dash);
    mail.progress.resize(2);
    return mail;
}

TEST(QueueFile, GivesBackTheEnvelope) {
    auto mail = example();
    const auto head = encode_head(mail);
    EXPECT_EQ(mail.message_offset, head.size());
    EXPECT_EQ(head_size(head.substr(0, first_line_size)), head.size());
    const auto read = decode_head(head);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->arrived, arrived);
    EXPECT_EQ(read->message_size, 77u);
    EXPECT_EQ(read->message_offset, head.size());
    EXPECT_EQ(read->envelope.reverse_path, mail.envelope.reverse_path);
    EXPECT_TRUE(read->envelope.eight_bit && read->envelope.binary && read->envelope.smtputf8 &&
                read->envelope.require_tls && read->envelope.report);
    EXPECT_EQ(read->envelope.priority, -9);
    ASSERT_TRUE(read->envelope.deliver_by);
    EXPECT_EQ(read->envelope.deliver_by->time, arrived - std::chrono::seconds{5});
    EXPECT_TRUE(read->envelope.deliver_by->or_return && read->envelope.deliver_by->trace &&
                read->envelope.deliver_by->was_over);
    EXPECT_EQ(read->envelope.ret, "FULL");
    EXPECT_EQ(read->envelope.envelope_id, "line\r\nbreak");
    EXPECT_EQ(read->envelope.auth, "<>");
    ASSERT_THAT(read->envelope.recipients, SizeIs(2));
    EXPECT_EQ(read->envelope.recipients[0].address, mail.envelope.recipients[0].address);
    EXPECT_EQ(read->envelope.recipients[0].notify, "SUCCESS,DELAY");
    EXPECT_EQ(read->envelope.recipients[0].original_recipient, "rfc822;bob@x");
    EXPECT_EQ(read->envelope.recipients[1].address, "-");
    EXPECT_EQ(read->envelope.recipients[1].notify, "");
    ASSERT_THAT(read->progress, SizeIs(2));
    EXPECT_TRUE(read->progress[1].waiting);
    EXPECT_EQ(read->progress[1].due, arrived);
}

TEST(QueueFile, ANullReversePathStaysOne) {
    auto mail = example();
    mail.envelope.reverse_path = "";
    const auto read = decode_head(encode_head(mail));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->envelope.reverse_path, "");
}

TEST(QueueFile, NoTruncatedHeadIsOne) {
    auto mail = example();
    const auto head = encode_head(mail);
    for (std::size_t length = 0; length < head.size(); ++length) {
        EXPECT_FALSE(decode_head(head.substr(0, length))) << length;
    }
}

// A head of the right length whose body is something else.
std::string with_body(const std::string& body) {
    const unsigned long long size = first_line_size + body.size();
    char first[40];
    std::snprintf(first, sizeof first, "queued-mail 1 %016llu\n", size);
    return first + body;
}

TEST(QueueFile, RefusesWhatItDidNotWrite) {
    EXPECT_TRUE(decode_head(with_body("mail 1 2 a@b - - -\nrecipient c@d - -\n")));
    for (const char* body : {
             "", "mail 1 2 a@b - - -\n",                                 // no recipient
             "recipient c@d - -\n",                                      // no mail line
             "mail 1 2 a@b - -\nrecipient c@d - -\n",                    // a field too few
             "mail x 2 a@b - - -\nrecipient c@d - -\n",                  // no time
             "mail -1 2 a@b - - -\nrecipient c@d - -\n",                 // before the epoch
             "mail 99999999999999999 2 a@b - - -\nrecipient c@d - -\n",  // beyond the clock
             "mail 1 2x a@b - - -\nrecipient c@d - -\n",                 // no size
             "mail 1 2 a%4 - - -\nrecipient c@d - -\n",                  // escapes
             "mail 1 2 a%zz - - -\nrecipient c@d - -\n", "mail 1 2 a@b - - - odd\nrecipient c@d - -\n",  // flag
             "mail 1 2 a@b - - -\nrecipient c@d -\n",        // a field too few
             "mail 1 2 a@b - - -\nreceiver c@d - -\n",       // no recipient line
             "mail 1 2 a@b - - -\nrecipient c@d - -\nmore",  // no line end
         }) {
        EXPECT_FALSE(decode_head(with_body(body))) << body;
    }
    EXPECT_FALSE(head_size("queued-mail 2 0000000000000100\n"));
    EXPECT_FALSE(head_size("queued-mail 1 0000000000000001\n"));
    EXPECT_FALSE(head_size("queued-mail 1 9999999999999999\n"));
    EXPECT_FALSE(head_size("queued-mail 1 00000000000000a0\n"));
}

TEST(Journal, TheLastRecordOfARecipientHolds) {
    auto mail = example();
    const Time due = arrived + std::chrono::seconds{300};
    const auto journal = encode_progress(0, {true, 1, due, "451 4.3.0 later"}) +
                         encode_progress(1, {false, 1, due, ""}) +
                         encode_progress(0, {true, 2, due + std::chrono::seconds{300}, "452 full"});
    EXPECT_EQ(apply_journal(mail, journal), journal.size());
    EXPECT_TRUE(mail.progress[0].waiting);
    EXPECT_EQ(mail.progress[0].attempts, 2u);
    EXPECT_EQ(mail.progress[0].due, due + std::chrono::seconds{300});
    EXPECT_EQ(mail.progress[0].last_answer, "452 full");
    EXPECT_FALSE(mail.progress[1].waiting);
    EXPECT_FALSE(mail.finished());
    apply_journal(mail, encode_progress(0, {true, 2, due, "", true}));
    EXPECT_TRUE(mail.progress[0].waiting && mail.progress[0].late);
    apply_journal(mail, encode_progress(0, {false, 3, due, ""}));
    EXPECT_TRUE(mail.finished());
}

TEST(Journal, ATornRecordDoesNotCount) {
    const auto whole = encode_progress(1, {false, 1, arrived, "250 ok"});
    const auto torn = encode_progress(0, {false, 1, arrived, "250 2.0.0 taken"});
    for (std::size_t length = 0; length < torn.size(); ++length) {
        auto mail = example();
        EXPECT_EQ(apply_journal(mail, whole + torn.substr(0, length)), whole.size()) << length;
        EXPECT_TRUE(mail.progress[0].waiting) << length;
        EXPECT_FALSE(mail.progress[1].waiting) << length;
    }
}

TEST(Journal, StopsAtWhatIsNoRecord) {
    const auto whole = encode_progress(1, {false, 1, arrived, ""});
    for (const std::string& other :
         {std::string(64, '\0') + "\n", std::string("done 2 1 1 -\n"), std::string("gone 0 1 1 -\n"),
          std::string("done 0 x 1 -\n"), std::string("done 0 1 1 %\n"), std::string("\n")}) {
        auto mail = example();
        EXPECT_EQ(apply_journal(mail, whole + other + encode_progress(0, {false, 1, arrived, ""})), whole.size())
            << other;
        EXPECT_TRUE(mail.progress[0].waiting) << other;
    }
}

}  // namespace
}  // namespace refserver::outgoing_mail
