#include "protocol/session_invariants.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// Whatever a client sends: see session_invariants.h for what has to hold.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets, std::size_t count) {
    const std::string_view input(reinterpret_cast<const char*>(octets), count);
    if (const auto violation = refserver::protocol::harness::violated_invariant(input)) {
        std::fprintf(stderr, "%s\n", violation->c_str());
        std::abort();
    }
    return 0;
}
