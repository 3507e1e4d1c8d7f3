#include "runner/output_keeper.h"

#include "runner/testing/temporary_folder.h"

#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

class OutputKeeperTest : public testing::Test {
protected:
    UniqueFd entrance(OutputKeeper& keeper) {
        UniqueFd own(::dup(keeper.entrance(0)));
        keeper.begin();
        return own;
    }
    void say(const UniqueFd& to, const std::string& text) {
        ASSERT_EQ(::write(to.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder.path() / "out";
};

TEST_F(OutputKeeperTest, WhatWasWrittenIsInTheFileWhenSomebodyLooks) {
    OutputKeeper keeper({file});
    const UniqueFd out = entrance(keeper);
    for (const char* text : {"one\n", "two\n", "no end"}) {
        say(out, text);
        keeper.drain();
        EXPECT_THAT(read_file(file), testing::EndsWith(text));
    }
}

TEST_F(OutputKeeperTest, AppendsAndKeepsTheRestAtTheEnd) {
    folder.write("out", "before\n");
    {
        OutputKeeper keeper({file});
        say(entrance(keeper), "after\n");
    }
    EXPECT_EQ(read_file(file), "before\nafter\n");
}

TEST_F(OutputKeeperTest, AFloodFillsNoDisk) {
    OutputKeeper keeper({file});
    const UniqueFd out = entrance(keeper);
    const std::string much(1 << 20, 'x');
    for (int i = 0; i < 12; ++i) {
        say(out, much);
    }
    keeper.drain();
    EXPECT_EQ(std::filesystem::file_size(file), OutputKeeper::most_kept);
}

TEST_F(OutputKeeperTest, EndsWhileSomebodyStillHoldsTheEntrance) {
    OutputKeeper first({file});
    const UniqueFd kept = entrance(first);
    SUCCEED() << "the destructor returns";
}

}  // namespace
}  // namespace smtpspec::runner
