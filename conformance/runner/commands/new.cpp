#include "runner/commands/commands.h"

namespace smtpspec::runner {

int new_command(const NewRequest&) {
    return exit_usage;
}

}  // namespace smtpspec::runner
