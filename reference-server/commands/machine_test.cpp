#include "commands/machine.h"

#include "settings/table.h"

#include <gtest/gtest.h>

namespace refserver::commands {
namespace {

constexpr std::uint64_t gib = 1024ULL * 1024 * 1024;

TEST(Generated, TheScarcestResourceDecides) {
    const Machine ample{.open_files = 1000000, .memory = 256 * gib, .cores = 8};
    EXPECT_EQ(max_connections_per_port(ample).value, 4000U);
    auto few_files = ample;
    few_files.open_files = 1024;
    EXPECT_EQ(max_connections_per_port(few_files).value, 128U);
    auto little_memory = ample;
    little_memory.memory = 3 * gib;
    EXPECT_EQ(max_connections_per_port(little_memory).value, 512U);
    EXPECT_EQ(max_outbound_connections(ample).value, 80U);
    EXPECT_EQ(max_outbound_connections(few_files).value, 25U);
}

TEST(Generated, ValuesAreAllowedOnAnyMachine) {
    for (const std::uint64_t files : {0ULL, 1ULL, 1024ULL, 1ULL << 30U, ~0ULL}) {
        for (const std::uint64_t memory : {std::uint64_t{0}, gib, 10000 * gib, ~std::uint64_t{0}}) {
            for (const unsigned cores : {1U, 2U, 512U}) {
                const Machine machine{files, memory, cores};
                EXPECT_FALSE(settings::find_setting("smtp.max_connections_per_port")
                                 ->wrong(max_connections_per_port(machine).value));
                EXPECT_FALSE(settings::find_setting("outgoing_mail.max_outbound_connections")
                                 ->wrong(max_outbound_connections(machine).value));
            }
        }
    }
}

TEST(ThisMachine, HasSomethingOfEverything) {
    const auto machine = this_machine();
    EXPECT_GT(machine.open_files, 0U);
    EXPECT_GT(machine.memory, 0U);
    EXPECT_GT(machine.cores, 0U);
}

}  // namespace
}  // namespace refserver::commands
