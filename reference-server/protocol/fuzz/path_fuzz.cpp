#include "protocol/path.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace refserver::protocol;

/// A mailbox that has been read is written so that it is read as the same mailbox again: otherwise the next hop would
/// see another address than the one that the policy has judged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t count) {
    Scanner in(std::string_view(reinterpret_cast<const char*>(octets), count));
    const auto read = grammar::forward_path(in);
    const auto* mailbox = std::get_if<Mailbox>(&read);
    if (!mailbox) return 0;
    const std::string written = "<" + mailbox->to_string() + ">";
    Scanner again(written);
    const auto read_again = grammar::forward_path(again);
    const auto* same = std::get_if<Mailbox>(&read_again);
    // Quotes that were not needed are left out, so that the text never grows beyond the limits.
    if (!same || !again.at_end() || same->local_part != mailbox->local_part || same->domain != mailbox->domain ||
        written.size() > grammar::max_path) {
        std::abort();
    }
    return 0;
}
