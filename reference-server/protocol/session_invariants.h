#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refserver::protocol::harness {

/// Says `input` to sessions of several kinds, whole, octet by octet, in odd pieces, and with every answer as late as
/// possible. Nothing: what must hold for any input holds. Otherwise what does not: the same replies and mails however
/// the input is cut, replies by the grammar, no output after the close, no content left behind.
std::optional<std::string> violated_invariant(std::string_view input);

}  // namespace refserver::protocol::harness
