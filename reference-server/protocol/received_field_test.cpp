#include "protocol/received_field.h"

#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

using std::chrono::minutes;

constexpr std::chrono::system_clock::time_point moment{std::chrono::seconds{1'795'524'060}};

Trace usual() {
    return {.client_name = "client.example",
            .client_address = "192.0.2.1",
            .server_name = "mail.example.org",
            .extended = true,
            .id = "c1-1"};
}

TEST(ReceivedField, NamesClientServerProtocolIdAndDate) {
    EXPECT_EQ(received_field(usual(), moment, minutes(0)),
              "Received: from client.example ([192.0.2.1])\r\n"
              "\tby mail.example.org with ESMTP\r\n"
              "\tid c1-1;\r\n"
              "\tTue, 24 Nov 2026 12:41:00 +0000\r\n");
}

// RFC 6710 §10.
TEST(ReceivedField, TellsThePriority) {
    auto trace = usual();
    trace.priority = -4;
    EXPECT_EQ(received_field(trace, moment, minutes(0)),
              "Received: from client.example ([192.0.2.1])\r\n"
              "\tby mail.example.org with ESMTP\r\n"
              "\tid c1-1\r\n"
              "\tpriority -4;\r\n"
              "\tTue, 24 Nov 2026 12:41:00 +0000\r\n");
}

TEST(ReceivedField, HasRecipientAndTlsWhenThereAre) {
    auto trace = usual();
    trace.single_recipient = "bob@example.org";
    trace.tls = true;
    trace.authenticated = true;
    trace.tls_version = "TLSv1.3";
    trace.tls_cipher = "TLS_AES_256_GCM_SHA384";
    EXPECT_EQ(received_field(trace, moment, minutes(60)),
              "Received: from client.example ([192.0.2.1])\r\n"
              "\tby mail.example.org with ESMTPSA\r\n"
              "\tid c1-1\r\n"
              "\tfor <bob@example.org>\r\n"
              "\ttls TLS_AES_256_GCM_SHA384 (TLSv1.3);\r\n"
              "\tTue, 24 Nov 2026 13:41:00 +0100\r\n");
}

// RFC 6531 §3.7.3.
TEST(ReceivedField, NamesInternationalDomainsAsTheMailMayHaveThem) {
    auto trace = usual();
    trace.client_name = "xn--bcher-kva.example";
    EXPECT_NE(received_field(trace, moment, minutes(0)).find("from xn--bcher-kva.example ("), std::string::npos);
    trace.smtputf8 = true;
    EXPECT_NE(received_field(trace, moment, minutes(0))
                  .find("from b\xc3\xbc"
                        "cher.example ("),
              std::string::npos);
    for (const char* kept : {"[192.0.2.1]", "xn--.example", "client.example"}) {
        trace.client_name = kept;
        EXPECT_NE(received_field(trace, moment, minutes(0)).find("from " + trace.client_name + " ("),
                  std::string::npos);
    }
}

TEST(ReceivedField, TakesNoSpecialsFromIdAndCipher) {
    auto trace = usual();
    trace.tls = true;
    trace.id = "7:a;b\r\nX: y";
    trace.tls_cipher = "A (B)\r\n";
    trace.tls_version = ")\r\nX: y";
    const auto field = received_field(trace, moment, minutes(0));
    EXPECT_NE(field.find("\r\n\tid 7-a-b--X--y\r\n"), std::string::npos) << field;
    EXPECT_NE(field.find("\r\n\ttls A--B--- (---X--y);\r\n"), std::string::npos) << field;
}

TEST(TransmissionType, FollowsRfc3848AndRfc6531) {
    struct Case {
        bool extended, tls, authenticated, smtputf8;
        const char* expected;
    };
    const Case cases[] = {
        {false, false, false, false, "SMTP"},   {false, true, false, false, "SMTP"},
        {true, false, false, false, "ESMTP"},   {true, true, false, false, "ESMTPS"},
        {true, false, true, false, "ESMTPA"},   {true, true, true, false, "ESMTPSA"},
        {true, false, false, true, "UTF8SMTP"}, {true, true, false, true, "UTF8SMTPS"},
        {true, false, true, true, "UTF8SMTPA"}, {true, true, true, true, "UTF8SMTPSA"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(transmission_type(
                      {.extended = c.extended, .tls = c.tls, .authenticated = c.authenticated, .smtputf8 = c.smtputf8}),
                  c.expected);
    }
}

TEST(DateTime, ShowsTheZone) {
    EXPECT_EQ(date_time(moment, minutes(-210)), "Tue, 24 Nov 2026 09:11:00 -0330");
    EXPECT_EQ(date_time(moment, minutes(14 * 60)), "Wed, 25 Nov 2026 02:41:00 +1400");
    EXPECT_EQ(date_time(std::chrono::system_clock::time_point{}, minutes(0)), "Thu, 01 Jan 1970 00:00:00 +0000");
    EXPECT_EQ(date_time(std::chrono::system_clock::time_point{std::chrono::seconds{1'709'210'096}}, minutes(0)),
              "Thu, 29 Feb 2024 12:34:56 +0000");
}

TEST(AddressLiteralText, HasTheTagOfIpv6) {
    EXPECT_EQ(to_address_literal("192.0.2.1"), "[192.0.2.1]");
    EXPECT_EQ(to_address_literal("2001:db8::1"), "[IPv6:2001:db8::1]");
}

}  // namespace
}  // namespace refserver::protocol
