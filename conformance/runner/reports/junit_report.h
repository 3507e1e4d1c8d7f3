#pragma once

#include "runner/requirements.h"
#include "runner/result.h"

#include <string>
#include <string_view>

namespace smtpspec::runner {

/// The `--junit` file: testsuites, a testsuite for each scenario file, a testcase for each case, as Ant and Jenkins
/// have it. A finding is a failure, an undecided case an error; warnings, known failures and cases that do not apply
/// are passed or skipped, with their reason.
std::string junit_report(const RunRecord&, const Requirements&);

/// Text for XML 1.0: markup escaped; what XML cannot hold at all becomes \xHH.
std::string xml_text(std::string_view);

}  // namespace smtpspec::runner
