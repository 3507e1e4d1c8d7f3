#pragma once

#include "runner/unique_fd.h"

#include <cstdint>
#include <vector>

namespace smtpspec::runner {

/// Ports on which nothing listens at any address of this computer. They are taken in blocks, and a block belongs to the
/// object that bound its name in the abstract socket space, which the kernel frees with the process: so that several
/// runs side by side, as ctest starts them, never meet.
class Ports {
public:
    Ports();

    /// Each port is given once. Where the system leaves room it is none that the system itself gives to clients. Throws
    /// std::runtime_error when there is none.
    std::uint16_t take();

private:
    bool take_block();

    unsigned block_count_;
    unsigned next_block_;
    unsigned next_ = 0;
    unsigned end_ = 0;
    std::vector<UniqueFd> owned_;
};

/// One of the ports of this process.
std::uint16_t free_port();

/// A port that listens on all addresses as long as this object lives.
class TakenPort {
public:
    TakenPort();
    std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_ = 0;
    UniqueFd socket_;
};

}  // namespace smtpspec::runner
