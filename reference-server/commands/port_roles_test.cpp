#include "commands/port_roles.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

struct Case {
    std::uint16_t incoming_port;
    const char* incoming_ip;
    std::uint16_t outgoing_port;
    const char* outgoing_ip;
    bool outgoing;  ///< the client connects to the outgoing port
    const char* to;
    const char* roles;
};

std::string roles_of(const Case& given, bool enabled) {
    settings::Settings settings;
    settings.smtp.incoming = {given.incoming_port, given.incoming_ip};
    settings.smtp.outgoing.enabled = enabled;
    settings.smtp.outgoing.port = given.outgoing_port;
    settings.smtp.outgoing.listen_ip = given.outgoing_ip;
    const auto roles = port_roles(settings, given.outgoing, given.to);
    return std::string(roles.incoming ? "i" : "") + (roles.outgoing ? "o" : "");
}

/// D8, X4.
TEST(PortRoles, FollowNumbersAndAddresses) {
    const Case cases[] = {
        {25, "", 2525, "", false, "", "i"},
        {25, "", 2525, "", true, "", "o"},
        {25, "", 25, "", false, "", "io"},
        {25, "", 25, "", true, "", "io"},
        {25, "192.0.2.1", 25, "::ffff:192.0.2.1", true, "", "io"},
        {25, "mail.example.org", 25, "mail.example.org", true, "", "io"},
        {25, "192.0.2.1", 25, "192.0.2.2", false, "", "i"},
        {25, "192.0.2.1", 25, "192.0.2.2", true, "", "o"},
        {25, "", 25, "192.0.2.2", true, "192.0.2.2", "io"},
        {25, "", 25, "192.0.2.2", true, "192.0.2.3", "i"},
        {25, "192.0.2.1", 25, "", false, "192.0.2.1", "io"},
        {25, "192.0.2.1", 25, "", false, "192.0.2.3", "o"},
        // Two free ports are never the same.
        {0, "", 0, "", false, "", "i"},
        {0, "", 0, "", true, "", "o"},
    };
    for (const auto& given : cases) {
        EXPECT_EQ(roles_of(given, true), given.roles)
            << given.incoming_ip << " " << given.outgoing_ip << " " << given.to;
        EXPECT_EQ(roles_of(given, false), given.outgoing ? "o" : "i");
    }
    EXPECT_THROW(roles_of({25, "", 25, "192.0.2.2", true, "", ""}, true), std::runtime_error);
}

}  // namespace
}  // namespace refserver::commands
