#include "protocol/session_invariants.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

namespace refserver::protocol {
namespace {

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The seeds of the fuzzer and whatever it once found.
TEST(Invariants, HoldForTheWholeCorpus) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(SESSION_CORPUS)) {
        const auto violation = harness::violated_invariant(read(entry.path()));
        EXPECT_FALSE(violation) << entry.path().filename() << ": " << violation.value_or("");
        ++files;
    }
    EXPECT_GE(files, 20U);
}

TEST(Invariants, HoldForEveryBeginningOfADialogue) {
    const std::string dialogue =
        "EHLO client.example\r\nAUTH LOGIN\r\nYm9i\r\ncmlnaHQ=\r\nMAIL FROM:<ann@remote.example> SIZE=9\r\nRCPT "
        "TO:<bob@example.org>\r\n"
        "DATA\r\n..a\r\n.\r.\r\n\n.\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<bob@example.org>\r\nBDAT 2\r\n\r\nBDAT 4 "
        "LAST\r\na\r\n\rQUIT\r\n";
    for (std::size_t length = 0; length <= dialogue.size(); ++length) {
        const auto violation = harness::violated_invariant(std::string_view(dialogue).substr(0, length));
        EXPECT_FALSE(violation) << length << ": " << violation.value_or("");
    }
}

}  // namespace
}  // namespace refserver::protocol
