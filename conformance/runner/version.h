#pragma once

namespace smtpspec::runner {

/// The version of the suite: of its scenarios as much as of its program.
extern const char* const suite_version;

}  // namespace smtpspec::runner
