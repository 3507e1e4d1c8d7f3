#include "runner/commands/commands.h"

namespace smtpspec::runner {

int coverage_command(const CoverageRequest&) {
    return exit_usage;
}

}  // namespace smtpspec::runner
