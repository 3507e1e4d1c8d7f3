#include "meddler/detour.h"

#include <gmock/gmock.h>
#include <toml++/toml.h>

namespace smtpspec::meddler {
namespace {

using testing::ElementsAre;
using testing::Pair;

std::int64_t number(const Detour& detour, std::string_view name) {
    return toml::parse(detour.settings).at_path(name).value_or(std::int64_t{0});
}

std::vector<std::string> listening(const Detour& detour) {
    std::vector<std::string> out;
    for (const auto& it : detour.listeners) {
        out.push_back((it.side == Side::clients ? "" : "next hop ") + it.at.text() + " " +
                      (it.side == Side::clients ? std::to_string(it.at.port()) : "") + (it.implicit_tls ? " tls" : ""));
    }
    return out;
}

constexpr const char* incoming_only = R"([smtp.incoming]
listen_ip = "127.0.0.5"
port = 2525
[smtp.outgoing]
enabled = false
port = 2526
)";

TEST(Detour, TheServerIsToldAnotherPort) {
    StandIns stand_ins;
    const Detour out = detour(incoming_only, stand_ins);
    const std::uint16_t other = stand_ins.of_service(2525);
    EXPECT_NE(other, 2525);
    EXPECT_EQ(number(out, "smtp.incoming.port"), other);
    EXPECT_THAT(listening(out), ElementsAre("127.0.0.5 2525"));
    EXPECT_EQ(out.listeners[0].onward, other);
    EXPECT_EQ(toml::parse(out.settings).at_path("smtp.incoming.listen_ip").value_or(std::string()), "127.0.0.5");
}

TEST(Detour, TheEnvironmentSaysTheSame) {
    StandIns stand_ins;
    EXPECT_THAT(detour(incoming_only, stand_ins).environment,
                ElementsAre(Pair("SMTPSPEC_SMTP_INCOMING_PORT", std::to_string(stand_ins.of_service(2525))),
                            Pair("SMTPSPEC_SMTP_OUTGOING_PORT", std::to_string(stand_ins.of_service(2526)))));
}

TEST(Detour, ASharedPortStaysOne) {
    StandIns stand_ins;
    const Detour out = detour(
        "[smtp.incoming]\nlisten_ip = '127.0.0.1'\nport = 2525\n[smtp.outgoing]\nenabled = true\nlisten_ip = "
        "'127.0.0.1'\nport = 2525\n",
        stand_ins);
    EXPECT_THAT(listening(out), ElementsAre("127.0.0.1 2525"));
    EXPECT_EQ(number(out, "smtp.incoming.port"), number(out, "smtp.outgoing.port"));
}

TEST(Detour, OneAddressIsPartOfAll) {
    StandIns stand_ins;
    for (const char* swapped : {"", "127.0.0.5"}) {
        const std::string other = *swapped ? "" : "127.0.0.5";
        const Detour out =
            detour("[smtp.incoming]\nlisten_ip = '" + std::string(swapped) +
                       "'\nport = 2525\n[smtp.outgoing]\nenabled = true\nlisten_ip = '" + other + "'\nport = 2525\n",
                   stand_ins);
        EXPECT_THAT(listening(out), testing::UnorderedElementsAre("0.0.0.0 2525", ":: 2525"));
    }
}

TEST(Detour, TheOutgoingServiceMayHaveTlsFromTheFirstOctet) {
    StandIns stand_ins;
    const Detour out =
        detour("[smtp.outgoing]\nenabled = true\nlisten_ip = '127.0.0.1'\nport = 2526\n[tls]\nimplicit_port = 4650\n",
               stand_ins);
    EXPECT_THAT(listening(out), ElementsAre("127.0.0.1 2526", "127.0.0.1 4650 tls"));
}

TEST(Detour, StandsBeforeTheNextHop) {
    StandIns stand_ins;
    const Detour out = detour("[outgoing_mail]\nenabled = true\nrelay_port = 7000\nmx_port = 7000\n", stand_ins);
    EXPECT_THAT(listening(out), ElementsAre("next hop 0.0.0.0 "));
    EXPECT_EQ(out.listeners[0].onward, 7000);
    EXPECT_EQ(number(out, "outgoing_mail.relay_port"), out.listeners[0].at.port());
    EXPECT_EQ(number(out, "outgoing_mail.mx_port"), out.listeners[0].at.port());
}

TEST(Detour, LeavesToTheServerWhatItCannotRead) {
    StandIns stand_ins;
    EXPECT_EQ(detour("no toml", stand_ins).settings, "no toml");
    const Detour out = detour("[smtp.incoming]\nport = 70000\n", stand_ins);
    EXPECT_THAT(out.listeners, testing::IsEmpty());
    EXPECT_EQ(number(out, "smtp.incoming.port"), 70000);
}

TEST(StandIns, AreReservedForAServerThatWantsThem) {
    StandIns stand_ins;
    const std::uint16_t port = stand_ins.of_service(2525);
    EXPECT_EQ(stand_ins.of_service(2525), port);
    const Descriptor server = bound_to(listen_addresses("127.0.0.1", port).front());
    EXPECT_EQ(::listen(server.get(), 1), 0);
}

}  // namespace
}  // namespace smtpspec::meddler
