#include "outgoing-mail/service_fixture_test.h"
#include "outgoing-mail/tiny_next_hop_test.h"

#include <stdexcept>

#include <gmock/gmock.h>

// What another process sees of a queue, and asks for; and what survives a restart.
namespace refserver::outgoing_mail {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using testing::TinyNextHop;

class QueueCommandsTest : public testing::ServiceFixture {
protected:
    void start(const TinyNextHop& relay) {
        settings_.outgoing_mail.relay_port = relay.port();
        ServiceFixture::start();
    }

    testing::DeafPort deaf_;
};

TEST_F(QueueCommandsTest, WhatWaitsSurvivesARestart) {
    settings_.outgoing_mail.relay_port = deaf_.port();
    settings_.outgoing_mail.resend_delay = 3600;
    ServiceFixture::start();
    send({"bob@remote.example"});
    ASSERT_TRUE(logged("mail-deferred"));
    const auto before = list(directory());
    service_.reset();
    TinyNextHop relay;
    start(relay);
    const auto after = list(directory());
    ASSERT_THAT(after, SizeIs(1));
    EXPECT_EQ(after[0].id, before[0].id);
    EXPECT_EQ(after[0].pending[0].attempts, 1u);
    EXPECT_EQ(after[0].next_attempt, before[0].next_attempt);
    retry(directory(), after[0].id);
    EXPECT_THAT(relay.mails(1), SizeIs(1));
}

TEST_F(QueueCommandsTest, ListsWhatWaits) {
    settings_.outgoing_mail.relay_port = deaf_.port();
    settings_.outgoing_mail.resend_delay = 3600;
    ServiceFixture::start();
    send({"bob@remote.example", "eve@remote.example"});
    ASSERT_TRUE(logged("mail-deferred", 2));
    const auto entries = list(directory());
    ASSERT_THAT(entries, SizeIs(1));
    EXPECT_EQ(entries[0].reverse_path, "alice@example.org");
    ASSERT_THAT(entries[0].pending, SizeIs(2));
    EXPECT_EQ(entries[0].pending[1].address, "eve@remote.example");
    EXPECT_EQ(entries[0].pending[1].attempts, 1u);
    EXPECT_THAT(entries[0].pending[1].last_answer, Not(IsEmpty()));
    EXPECT_EQ(entries[0].size, std::string("Received: by mail.example.org\r\nSubject: test\r\n\r\nbody\r\n").size());
    EXPECT_GT(entries[0].next_attempt, std::chrono::system_clock::now() + 3000s);
    EXPECT_EQ(show(directory(), entries[0].id).id, entries[0].id);
}

TEST_F(QueueCommandsTest, RemovesOnRequest) {
    settings_.outgoing_mail.relay_port = deaf_.port();
    settings_.outgoing_mail.resend_delay = 3600;
    ServiceFixture::start();
    send({"bob@remote.example"});
    ASSERT_TRUE(logged("mail-deferred"));
    remove(directory(), list(directory())[0].id);
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(QueueCommandsTest, RequestsWorkWithoutAService) {
    settings_.outgoing_mail.relay_port = deaf_.port();
    settings_.outgoing_mail.resend_delay = 3600;
    ServiceFixture::start();
    send({"bob@remote.example"});
    send({"eve@remote.example"});
    ASSERT_TRUE(logged("mail-deferred", 2));
    service_.reset();
    const auto entries = list(directory());
    ASSERT_THAT(entries, SizeIs(2));
    for (const auto& entry : entries) {
        const bool bobs = entry.pending[0].address == "bob@remote.example";
        bobs ? remove(directory(), entry.id) : retry(directory(), entry.id);
    }
    TinyNextHop relay;
    start(relay);
    EXPECT_THAT(relay.mails(1)[0].envelope, Contains("RCPT TO:<eve@remote.example>"));
    ASSERT_TRUE(logged("mail-delivered"));
    EXPECT_THAT(list(directory()), IsEmpty());
}

TEST_F(QueueCommandsTest, UnknownMailsCannotBeAskedFor) {
    EXPECT_THAT(list(directory()), IsEmpty());
    ServiceFixture::start();
    for (const char* id : {"", "0", "../lock", "ABCDEF", "x"}) {
        EXPECT_THROW(show(directory(), id), std::runtime_error) << id;
        EXPECT_THROW(retry(directory(), id), std::runtime_error) << id;
        EXPECT_THROW(remove(directory(), id), std::runtime_error) << id;
    }
}

TEST_F(QueueCommandsTest, TwoServicesCannotShareAQueue) {
    ServiceFixture::start();
    EXPECT_THROW(outgoing_mail::start(directory(), settings_, mailboxes_, {}, [](const auto&, const auto&) {}),
                 std::runtime_error);
}

}  // namespace
}  // namespace refserver::outgoing_mail
