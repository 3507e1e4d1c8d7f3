#include "runner/commands/commands.h"

namespace smtpspec::runner {

int show_command(const ShowRequest&) {
    return exit_usage;
}

}  // namespace smtpspec::runner
