#include "runner/output_keeper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>

namespace smtpspec::runner {
namespace {

/// Room for some thousand lines of a log between two rounds of the carrier.
constexpr int room = 256 * 1024;
/// A carrier that woke for each line would cost more than what it carries.
constexpr int round_ms = 20;

[[noreturn]] void fail() {
    throw std::runtime_error(std::string("cannot keep the output of a program: ") + std::strerror(errno));
}

}  // namespace

OutputKeeper::OutputKeeper(const std::vector<std::filesystem::path>& files)
    : ended_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    for (const std::filesystem::path& file : files) {
        Stream stream;
        int pipe[2];
        if (!ended_ || ::pipe2(pipe, O_CLOEXEC) != 0) {
            fail();
        }
        stream.exit = UniqueFd(pipe[0]);
        stream.entrance = UniqueFd(pipe[1]);
        ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
        ::fcntl(pipe[1], F_SETPIPE_SZ, room);
        stream.file = UniqueFd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
        struct stat status {};
        if (!stream.file || ::fstat(stream.file.get(), &status) != 0) {
            fail();
        }
        stream.kept = static_cast<std::uintmax_t>(status.st_size);
        streams_.push_back(std::move(stream));
    }
}

OutputKeeper::~OutputKeeper() {
    if (carrier_.joinable()) {
        drain();
        const std::uint64_t one = 1;
        (void)!::write(ended_.get(), &one, sizeof one);
        carrier_.join();
    }
}

void OutputKeeper::begin() {
    for (Stream& stream : streams_) {
        stream.entrance = UniqueFd();
    }
    carrier_ = std::thread([this] { carry(); });
}

void OutputKeeper::drain() {
    const std::lock_guard lock(mutex_);
    std::for_each(streams_.begin(), streams_.end(), [](Stream& stream) { drain(stream); });
}

void OutputKeeper::drain(Stream& stream) {
    std::array<char, 16 * 1024> octets;
    // What is in the pipe when this begins fits into its room: who writes on cannot keep us here.
    for (int taken = 0; taken <= room && stream.exit;) {
        const ssize_t count = ::read(stream.exit.get(), octets.data(), octets.size());
        if (count == 0) {
            stream.exit = UniqueFd();
        }
        if (count <= 0) {
            return;
        }
        taken += static_cast<int>(count);
        const auto wanted =
            std::min<std::uintmax_t>(static_cast<std::uintmax_t>(count), most_kept - std::min(most_kept, stream.kept));
        (void)!::write(stream.file.get(), octets.data(), wanted);
        stream.kept += wanted;
    }
}

void OutputKeeper::carry() {
    while (true) {
        std::vector<pollfd> entries = {{ended_.get(), POLLIN, 0}};
        {
            const std::lock_guard lock(mutex_);
            for (const Stream& stream : streams_) {
                entries.push_back({stream.exit.get(), POLLIN, 0});
            }
        }
        if (::poll(entries.data(), entries.size(), -1) < 0 && errno != EINTR) {
            return;
        }
        drain();
        if (::poll(entries.data(), 1, round_ms) > 0) {
            return;
        }
    }
}

}  // namespace smtpspec::runner
