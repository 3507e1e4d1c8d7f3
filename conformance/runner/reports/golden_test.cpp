#include "runner/reports/github_report.h"
#include "runner/reports/json_report.h"
#include "runner/reports/junit_report.h"
#include "runner/reports/tap_report.h"
#include "runner/reports/terminal_report.h"
#include "runner/testing/example_run.h"
#include "runner/text.h"

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

/// Each report of one run to the octet: a change is seen, and looked at. With SMTPSPEC_UPDATE_GOLDEN=1 in the
/// environment the files in reports/golden are written anew.
namespace smtpspec::runner {
namespace {

void expect_golden(const std::string& name, const std::string& report) {
    const std::filesystem::path file = std::filesystem::path(GOLDEN_FOLDER) / name;
    if (std::getenv("SMTPSPEC_UPDATE_GOLDEN")) {
        write_file(file, report);
    }
    EXPECT_EQ(report, read_file(file)) << name;
}

TEST(GoldenReport, Json) {
    expect_golden("example.json", json_report(example_run()));
}

TEST(GoldenReport, Junit) {
    expect_golden("example.xml", junit_report(example_run(), example_requirements()));
}

TEST(GoldenReport, Tap) {
    expect_golden("example.tap", tap_report(example_run()));
}

TEST(GoldenReport, Github) {
    expect_golden("example.github", github_report(example_run()));
}

TEST(GoldenReport, Terminal) {
    expect_golden("example.txt", terminal_report(example_run(), example_requirements(), {false, true}));
}

}  // namespace
}  // namespace smtpspec::runner
