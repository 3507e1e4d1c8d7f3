#include "settings/nearest.h"

#include <array>

#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

constexpr std::array<std::string_view, 4> names{"port", "enabled", "max_mail_size", "smtp.incoming.listen_ip"};

TEST(Nearest, FindsWhatWasMeant) {
    const std::pair<const char*, const char*> cases[] = {
        {"prot", "port"},
        {"ports", "port"},
        {"enable", "enabled"},
        {"MAX_MAIL_SIZE", "max_mail_size"},
        {"max-mail-size", "max_mail_size"},
        {"smtp.incomming.listenip", "smtp.incoming.listen_ip"},
    };
    for (const auto& [given, meant] : cases) EXPECT_EQ(nearest(given, names), meant) << given;
}

TEST(Nearest, FindsNothingForSomethingElse) {
    for (const auto* given : {"", "x", "certificate", "tls.implicit_port"})
        EXPECT_FALSE(nearest(given, names)) << given;
    EXPECT_FALSE(nearest(std::string(101, 'a'), names));
    EXPECT_FALSE(nearest("port", {}));
}

}  // namespace
}  // namespace refserver::settings
