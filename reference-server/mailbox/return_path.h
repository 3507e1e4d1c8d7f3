#pragma once

#include "routing/accepted_mail.h"

#include <cstdint>
#include <vector>

namespace refserver::mailbox {

/// Octets `from` up to, not including, `to` of a content.
struct Span {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    bool operator==(const Span&) const = default;
};

/// The content without the Return-Path fields of its header: final delivery puts its own in their place, so that there
/// is exactly one (RFC 5321 §4.4). A header is looked through to its end, at most 1 MiB. Throws std::system_error.
std::vector<Span> without_return_path(const routing::Content&);

}  // namespace refserver::mailbox
