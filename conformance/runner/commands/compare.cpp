#include "runner/commands/commands.h"

namespace smtpspec::runner {

int compare_command(const CompareRequest&) {
    return exit_usage;
}

}  // namespace smtpspec::runner
