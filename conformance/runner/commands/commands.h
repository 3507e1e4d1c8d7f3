#pragma once

#include "runner/selection.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// What each command of `smtpspec` is asked, and does. All return the exit status of the process; what is wrong
/// with a request is thrown as UsageError.
namespace smtpspec::runner {

constexpr int exit_passed = 0;
constexpr int exit_findings = 1;
constexpr int exit_usage = 2;
constexpr int exit_nothing_verified = 3;
constexpr int exit_stale_expectations = 4;
constexpr int exit_all_skipped = 77;

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct RunRequest {
    std::string catalogue;
    Selection selection;

    std::string target;  ///< path, or the name of a bundled target; empty: the reference server
    std::string address;
    std::string outgoing_address;
    std::string settings;
    std::string recipient;
    std::string accounts;
    std::string maildir_root;
    bool read_only = false;

    std::string json;
    std::string junit;
    std::string html;
    bool tap = false;
    bool github = false;
    std::string expectations;
    bool update_expectations = false;
    bool verbose = false;

    bool strict = false;
    std::size_t jobs = 0;  ///< 0: four for each core
    std::string shard;
    bool shuffle = false;
    std::string access_sample;  ///< "pairwise"; empty: every case
    std::optional<std::uint64_t> seed;
    std::size_t repeat = 1;
    bool fail_fast = false;
    double timeout_scale = 1.0;
    std::string tls;
    std::string segmentation;
    bool keep_work = false;
};
int run_command(const RunRequest&);

struct ListRequest {
    std::string catalogue;
    Selection selection;
    bool json = false;
    bool files = false;  ///< the prefixes of the ids, one for each scenario file
};
int list_command(const ListRequest&);

struct ShowRequest {
    std::string catalogue;
    std::string id;
};
int show_command(const ShowRequest&);

struct LintRequest {
    std::string catalogue;
    std::vector<std::string> files;  ///< empty: all of the catalogue
};
int lint_command(const LintRequest&);

struct NewRequest {
    std::string catalogue;
    std::string id;
    std::vector<std::string> cites;
};
int new_command(const NewRequest&);

struct CompareRequest {
    std::string catalogue;
    std::string html;
    std::vector<std::string> files;
};
int compare_command(const CompareRequest&);

struct ReplayRequest {
    std::string catalogue;
    std::string file;
    std::string id;
};
int replay_command(const ReplayRequest&);

struct CoverageRequest {
    std::string catalogue;
    Selection selection;
    bool json = false;
    bool missing = false;  ///< only what no case cites, and nothing says why
    bool reasons = false;  ///< only what no case asks for, with the reason
};
int coverage_command(const CoverageRequest&);

struct FaultsRequest {
    std::string catalogue;
    std::vector<std::string> faults;  ///< names or globs; empty: all
    std::string target;               ///< behind smtp-meddler, whose faults alone are asked; empty: all faults
    std::string review;               ///< file of exceptions (fault_review.h); empty: none
    std::size_t jobs = 0;             ///< 0: two for each core
    bool all_cases = false;           ///< all that do not cite what a fault breaks, not a sample
    bool markdown = false;
};
int faults_command(const FaultsRequest&);

/// Reads the catalogue; its mistakes become UsageError.
Catalogue open_catalogue(const std::string& given);

/// What --target names: a path, or a target that comes with the suite; empty: that of the reference server. Throws
/// UsageError.
std::filesystem::path target_of(const std::string& given, const Catalogue&);

/// Selects, prints the mistakes of scenario files to standard error, and throws UsageError for those and for a
/// selection that is empty.
std::vector<SelectedCase> selected_cases(const Catalogue&, const Selection&);

/// Writes to standard output. Throws std::runtime_error when that cannot be done (it is closed, the disk is full).
void print(std::string_view text);

}  // namespace smtpspec::runner
