#pragma once

#include "runner/result.h"

#include <string>

namespace smtpspec::runner {

/// Above what the suite or one of its servers may need; sanitizers need more for themselves.
#ifdef __SANITIZE_ADDRESS__
constexpr long most_kilobytes = 1024L * 1024;
#else
constexpr long most_kilobytes = 256L * 1024;
#endif

/// No octet of a report moves a cursor, changes a colour or the direction of text.
void expect_harmless(const std::string& report, const std::string& name);
/// `--tap --github` on standard output has these results and no other lines that look like some.
void expect_results(const std::string& tap_and_github, const RunRecord&);
void expect_well_formed_xml(const std::string& xml);

}  // namespace smtpspec::runner
