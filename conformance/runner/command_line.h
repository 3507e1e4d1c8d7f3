#pragma once

namespace smtpspec::runner {

/// Reads the command line, does what it says and returns the exit status.
int smtpspec_main(int argc, char** argv);

}  // namespace smtpspec::runner
