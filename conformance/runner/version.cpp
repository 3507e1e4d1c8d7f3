#include "runner/version.h"

namespace smtpspec::runner {

const char* const suite_version = SMTPSPEC_VERSION;

}  // namespace smtpspec::runner
