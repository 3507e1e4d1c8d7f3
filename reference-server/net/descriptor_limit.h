#pragma once

#include <cstdint>

namespace refserver::net {

/// Raises this process's limit of open files to `wanted`, or as far as it may. Returns what is in effect.
std::uint64_t raise_descriptor_limit(std::uint64_t wanted);

std::uint64_t descriptor_limit();

}  // namespace refserver::net
