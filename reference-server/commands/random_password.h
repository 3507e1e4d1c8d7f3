#pragma once

#include <string>

namespace refserver::commands {

/// 20 characters without those that look alike: about 100 bits.
std::string random_password();

}  // namespace refserver::commands
