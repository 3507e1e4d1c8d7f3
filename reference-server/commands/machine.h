#pragma once

#include <cstdint>
#include <string>

/// The values that `setup` generates from the limits of the machine (D13, X19).
namespace refserver::commands {

struct Machine {
    std::uint64_t open_files = 0;  ///< that one process may have (hard limit)
    std::uint64_t memory = 0;      ///< octets that may be used; a container's limit counts
    unsigned cores = 0;
};

Machine this_machine();

struct Generated {
    std::uint64_t value = 0;
    std::string rule;  ///< how it came about, in one line
};

/// D13. A connection holds two files at most, its socket and the mail that is being received, and there are at most
/// three ports.
Generated max_connections_per_port(const Machine&);
/// X19.
Generated max_outbound_connections(const Machine&);

}  // namespace refserver::commands
