#pragma once

#include "runner/unique_fd.h"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <thread>
#include <vector>

namespace smtpspec::runner {

/// Carries what a program writes into files, through pipes: as much as anybody will read of it and no more, however
/// much it writes. A program that floods is held up, not heard.
class OutputKeeper {
public:
    static constexpr std::uintmax_t most_kept = std::uintmax_t{8} << 20;  ///< octets of a file

    /// Appends to these files. Throws std::runtime_error when there are no more descriptors.
    explicit OutputKeeper(const std::vector<std::filesystem::path>& files);
    ~OutputKeeper();
    OutputKeeper(const OutputKeeper&) = delete;
    OutputKeeper& operator=(const OutputKeeper&) = delete;

    /// Where the program writes for the file of that number; -1 after begin().
    int entrance(std::size_t number) const { return streams_[number].entrance.get(); }
    /// The program has the entrances now.
    void begin();
    /// What was written until now is in the files.
    void drain();

private:
    struct Stream {
        UniqueFd entrance;
        UniqueFd exit;
        UniqueFd file;
        std::uintmax_t kept = 0;
    };
    void carry();
    static void drain(Stream&);

    std::mutex mutex_;
    std::vector<Stream> streams_;
    UniqueFd ended_;
    std::thread carrier_;
};

}  // namespace smtpspec::runner
