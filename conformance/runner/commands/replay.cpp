#include "runner/commands/commands.h"

namespace smtpspec::runner {

int replay_command(const ReplayRequest&) {
    return exit_usage;
}

}  // namespace smtpspec::runner
