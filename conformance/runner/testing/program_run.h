#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace smtpspec::runner {

/// The built `smtpspec`, run as a user would, and watched.
struct ProgramRun {
    std::vector<std::string> arguments;                ///< after the name of the program
    std::filesystem::path folder;                      ///< current directory; `out` and `err` are put there
    std::map<std::string, std::string> environment{};  ///< beside ours
    std::string standard_output = "out";               ///< file; may be /dev/full; empty: a pipe nobody reads
    std::uint64_t longest_file = 0;                    ///< octets (RLIMIT_FSIZE); 0: no limit
    int signal_when_working = 0;                       ///< sent when a target has been started
    std::vector<std::chrono::milliseconds> again{};    ///< how long after the signal it is sent once more, in order
    std::chrono::seconds limit{60};                    ///< then it is killed: status 137

    // What came of it.
    int status = -1;          ///< as a shell sees it
    long peak_kilobytes = 0;  ///< of it and its servers, each by itself
    std::string out;
    std::string err;
    std::vector<std::string> left_behind;  ///< processes that were still there; they are ended

    void run();
    std::string file(const std::string& name) const;
};

}  // namespace smtpspec::runner
