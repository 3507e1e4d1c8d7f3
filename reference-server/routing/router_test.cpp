#include "routing/router.h"

#include <cerrno>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace refserver::routing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Writes down what happens to it; fails on demand.
class RecordingDestination : public Destination {
public:
    RecordingDestination(std::string name, std::vector<std::string>& journal)
        : name_(std::move(name)), journal_(journal) {}

    std::unique_ptr<Staged> stage(const AcceptedMail&, std::span<const Recipient> recipients) override {
        std::string line = name_ + " stage";
        for (const auto& recipient : recipients) line += " " + recipient.address;
        journal_.push_back(line);
        if (stage_error != 0) throw std::system_error(stage_error, std::generic_category());
        return std::make_unique<Copies>(*this);
    }

    int stage_error = 0;
    int publish_error = 0;

private:
    class Copies : public Staged {
    public:
        explicit Copies(RecordingDestination& owner) : owner_(owner) {}
        void publish() override {
            owner_.journal_.push_back(owner_.name_ + " publish");
            if (owner_.publish_error != 0) throw std::system_error(owner_.publish_error, std::generic_category());
        }
        void withdraw() noexcept override { owner_.journal_.push_back(owner_.name_ + " withdraw"); }

    private:
        RecordingDestination& owner_;
    };

    std::string name_;
    std::vector<std::string>& journal_;
};

class RouterTest : public testing::Test {
protected:
    RouterTest() { mail.content = std::make_shared<Content>(testing::TempDir()); }

    void add(const std::string& address, bool hosted) {
        Recipient recipient;
        recipient.address = address;
        recipient.hosted = hosted;
        mail.envelope.recipients.push_back(recipient);
    }
    CommitResult commit() { return Router(mailboxes, &queue).commit(mail, why); }

    std::vector<std::string> journal;
    RecordingDestination mailboxes{"mailboxes", journal};
    RecordingDestination queue{"queue", journal};
    RecordingDestination reports{"reports", journal};
    AcceptedMail mail;
    std::string why;
};

TEST_F(RouterTest, SendsEachRecipientItsOwnWay) {
    add("a@hosted", true);
    add("b@elsewhere", false);
    add("c@hosted", true);
    EXPECT_EQ(commit(), CommitResult::stored);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted c@hosted", "queue stage b@elsewhere",
                                     "mailboxes publish", "queue publish"));
}

TEST_F(RouterTest, AHostedRecipientNeverReachesTheQueue) {
    add("a@hosted", true);
    EXPECT_EQ(commit(), CommitResult::stored);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "mailboxes publish"));
}

TEST_F(RouterTest, ARecipientElsewhereNeverReachesTheMailboxes) {
    add("b@elsewhere", false);
    EXPECT_EQ(commit(), CommitResult::stored);
    EXPECT_THAT(journal, ElementsAre("queue stage b@elsewhere", "queue publish"));
}

TEST_F(RouterTest, PublishesNothingWhenTheQueueCannotStage) {
    add("a@hosted", true);
    add("b@elsewhere", false);
    queue.stage_error = EIO;
    EXPECT_EQ(commit(), CommitResult::failed);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "queue stage b@elsewhere"));
    EXPECT_NE(why, "");
}

TEST_F(RouterTest, TakesTheMailboxesBackWhenTheQueueCannotPublish) {
    add("a@hosted", true);
    add("b@elsewhere", false);
    queue.publish_error = EIO;
    EXPECT_EQ(commit(), CommitResult::failed);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "queue stage b@elsewhere", "mailboxes publish",
                                     "queue publish", "mailboxes withdraw"));
}

TEST_F(RouterTest, PublishesNothingInTheQueueWhenTheMailboxesFail) {
    add("a@hosted", true);
    add("b@elsewhere", false);
    mailboxes.publish_error = EACCES;
    EXPECT_EQ(commit(), CommitResult::failed);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "queue stage b@elsewhere", "mailboxes publish"));
}

TEST_F(RouterTest, ReportsADeliveryAfterEverythingElse) {
    add("a@hosted", true);
    add("b@elsewhere", false);
    EXPECT_EQ(Router(mailboxes, &queue, &reports).commit(mail, why), CommitResult::stored);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "queue stage b@elsewhere", "reports stage a@hosted",
                                     "mailboxes publish", "queue publish", "reports publish"));
    EXPECT_EQ(why, "");
}

TEST_F(RouterTest, DeliversNothingWhenTheReportCannotBeStaged) {
    add("a@hosted", true);
    reports.stage_error = ENOSPC;
    EXPECT_EQ(Router(mailboxes, &queue, &reports).commit(mail, why), CommitResult::no_space);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "reports stage a@hosted"));
}

TEST_F(RouterTest, AReportThatIsLostTakesNoMailWithIt) {
    add("a@hosted", true);
    reports.publish_error = EIO;
    EXPECT_EQ(Router(mailboxes, &queue, &reports).commit(mail, why), CommitResult::stored);
    EXPECT_THAT(journal, ElementsAre("mailboxes stage a@hosted", "reports stage a@hosted", "mailboxes publish",
                                     "reports publish"));
    EXPECT_NE(why, "");
}

TEST_F(RouterTest, TellsAFullDiskFromOtherFailures) {
    add("a@hosted", true);
    mailboxes.stage_error = ENOSPC;
    EXPECT_EQ(commit(), CommitResult::no_space);
    mailboxes.stage_error = EDQUOT;
    EXPECT_EQ(commit(), CommitResult::no_space);
    mailboxes.stage_error = EIO;
    EXPECT_EQ(commit(), CommitResult::failed);
}

TEST_F(RouterTest, RefusesContentThatCouldNotBeKept) {
    add("a@hosted", true);
    mail.content = std::make_shared<Content>("/nonexistent");
    mail.content->append(std::string(300'000, 'x'));
    EXPECT_EQ(commit(), CommitResult::failed);
    EXPECT_THAT(journal, IsEmpty());
}

TEST_F(RouterTest, RefusesARecipientElsewhereWithoutAQueue) {
    add("b@elsewhere", false);
    EXPECT_EQ(Router(mailboxes, nullptr).commit(mail, why), CommitResult::failed);
}

}  // namespace
}  // namespace refserver::routing
