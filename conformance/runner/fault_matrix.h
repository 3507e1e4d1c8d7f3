#pragma once

#include "runner/selection.h"

#include <functional>
#include <string>
#include <vector>

/// Which case sees which fault of `smtp-faulty-server` and of `smtp-meddler`.
namespace smtpspec::runner {

struct Fault {
    std::string name;
    std::vector<std::string> breaks;  ///< requirements
    std::string what;
    std::string target = "faulty";  ///< which has it: faulty, or meddled where it is of the wire
};

/// Throws std::runtime_error when a line is not `NAME<tab>ID ID…<tab>WHAT`.
std::vector<Fault> parse_faults(const std::string& listing, const std::string& target);
/// What `smtp-meddler --list` beside this program says and, unless it is only of the wire, `smtp-faulty-server --list`.
/// Throws std::runtime_error.
std::vector<Fault> list_faults(bool wire_only);

struct FaultResult {
    Fault fault;
    std::vector<std::string> caught_by;  ///< cite what it breaks, go red with it and are fine without it
    std::vector<std::string> strangers;  ///< go red with it though they cite nothing of what it breaks
    /// Those that cite what it breaks and do not show it, each with its verdict; without the access product.
    std::vector<std::string> missed_by;
};

struct MatrixOptions {
    std::size_t jobs = 0;    ///< faults at a time; 0: two for each core
    bool all_cases = false;  ///< asks all that do not cite what a fault breaks, and not a sample of them
    std::string meddled;     ///< target of the server behind `smtp-meddler`; empty: the reference server
};

/// Whether the case is one of the thousands of access.smtp.
bool is_of_access_product(const std::string& id);

/// Each fault has runs of its own: of the cases that cite what it breaks and of some that do not, without the product
/// of the access rules; then, if none of the first sees it, of some of those in the product until one does. `on_result`
/// is called by one thread at a time, before it is known which cases are red anyway.
std::vector<FaultResult> fault_matrix(const Catalogue&, const std::vector<Fault>&, const MatrixOptions&,
                                      const std::function<void(const FaultResult&)>& on_result);

}  // namespace smtpspec::runner
