#include "outgoing-mail/dns_answer.h"

#include "outgoing-mail/tiny_dns_test.h"

#include <gmock/gmock.h>

namespace refserver::outgoing_mail {
namespace {

using testing::dns_message;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DnsAnswer, ReadsTheRecordsThatMailNeeds) {
    const auto records = parse_dns_answer(dns_message("remote.example", RecordType::mx, 0,
                                                      {{"remote.example", RecordType::mx, 10, "MX1.remote.example"},
                                                       {"remote.example", RecordType::mx, 0, ""},
                                                       {"a.example", RecordType::cname, 0, "b.example"},
                                                       {"b.example", RecordType::a, 0, "192.0.2.7"},
                                                       {"b.example", RecordType::aaaa, 0, "2001:db8::7"}}));
    ASSERT_TRUE(records);
    EXPECT_THAT(*records, ElementsAre(DnsRecord{"remote.example", RecordType::mx, 10, "mx1.remote.example"},
                                      DnsRecord{"remote.example", RecordType::mx, 0, ""},
                                      DnsRecord{"a.example", RecordType::cname, 0, "b.example"},
                                      DnsRecord{"b.example", RecordType::a, 0, "192.0.2.7"},
                                      DnsRecord{"b.example", RecordType::aaaa, 0, "2001:db8::7"}));
}

TEST(DnsAnswer, PassesOtherTypesOver) {
    auto message = dns_message("x.example", RecordType::a, 0, {{"x.example", RecordType::a, 0, "192.0.2.7"}});
    message[message.size() - 13] = 16;  // its type: TXT, whatever its data
    const auto records = parse_dns_answer(message);
    ASSERT_TRUE(records);
    EXPECT_THAT(*records, IsEmpty());
}

TEST(DnsAnswer, ATruncatedOneIsMalformed) {
    const auto message =
        dns_message("remote.example", RecordType::mx, 0, {{"remote.example", RecordType::mx, 10, "mx1.example"}});
    ASSERT_TRUE(parse_dns_answer(message));
    for (std::size_t length = 0; length < message.size(); ++length)
        EXPECT_FALSE(parse_dns_answer(message.substr(0, length))) << length;
}

TEST(DnsAnswer, ARecordWhoseLengthIsWrongIsMalformed) {
    auto message = dns_message("x.example", RecordType::a, 0, {{"x.example", RecordType::a, 0, "192.0.2.7"}});
    message[message.size() - 5] = 3;
    EXPECT_FALSE(parse_dns_answer(message));
}

TEST(DnsAnswer, ANameThatPointsToItselfIsMalformed) {
    auto message = dns_message("x.example", RecordType::mx, 0, {{"x.example", RecordType::mx, 1, "y"}});
    const auto name = message.size() - 3;  // of the exchange: 1 y 0
    message[name] = '\xc0';
    message[name + 1] = static_cast<char>(name);
    message[name - 3] = 4;
    message.resize(name + 2);
    EXPECT_FALSE(parse_dns_answer(message));
}

TEST(FollowAliases, ToTheRecords) {
    const std::vector<DnsRecord> answer{{"a.example", RecordType::cname, 0, "b.example"},
                                        {"b.example", RecordType::mx, 5, "mx.example"},
                                        {"other.example", RecordType::mx, 1, "evil.example"}};
    EXPECT_THAT(follow_aliases(answer, "A.example", RecordType::mx).records, ElementsAre(answer[1]));
}

TEST(FollowAliases, ToWhereTheyLead) {
    const std::vector<DnsRecord> answer{{"b.example", RecordType::cname, 0, "c.example"},
                                        {"a.example", RecordType::cname, 0, "b.example"}};
    const auto step = follow_aliases(answer, "a.example", RecordType::mx);
    EXPECT_THAT(step.records, IsEmpty());
    EXPECT_EQ(step.alias, "c.example");
}

TEST(FollowAliases, ACircleEnds) {
    const std::vector<DnsRecord> answer{{"a.example", RecordType::cname, 0, "b.example"},
                                        {"b.example", RecordType::cname, 0, "a.example"}};
    EXPECT_THAT(follow_aliases(answer, "a.example", RecordType::mx).records, IsEmpty());
}

}  // namespace
}  // namespace refserver::outgoing_mail
