#pragma once

#include "runner/unique_fd.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace smtpspec::runner {

/// Ports on which nothing listens at any address of this computer. They are taken in blocks, and a block belongs to the
/// object that bound its name in the abstract socket space, which the kernel frees with the process: so that several
/// runs side by side, as ctest starts them, never meet.
class Ports {
public:
    Ports();

    /// One that nobody else has who asked here. Where the system leaves room it is none that the system itself gives to
    /// clients. Throws std::runtime_error when there is none.
    std::uint16_t take();
    /// It may be given again, but not soon.
    void give_back(std::uint16_t port) { returned_.push_back(port); }

private:
    bool take_block();
    /// The first of those that came back, but for so many of the last, on which nothing is left.
    std::optional<std::uint16_t> take_returned(std::size_t but);

    unsigned block_count_;
    unsigned next_block_;
    unsigned next_ = 0;
    unsigned end_ = 0;
    std::vector<UniqueFd> owned_;
    std::deque<std::uint16_t> returned_;
};

/// Ports of this process, for as long as this object lives.
class PortLease {
public:
    PortLease() = default;
    PortLease(const PortLease&) = delete;
    PortLease& operator=(const PortLease&) = delete;
    ~PortLease();

    /// As Ports::take.
    std::uint16_t take();

private:
    std::vector<std::uint16_t> ports_;
};

/// A port that listens on all addresses as long as this object lives.
class TakenPort {
public:
    TakenPort();
    std::uint16_t port() const { return port_; }

private:
    PortLease lease_;
    std::uint16_t port_ = 0;
    UniqueFd socket_;
};

}  // namespace smtpspec::runner
