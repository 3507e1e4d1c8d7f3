#pragma once

#include "client/execute.h"

#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// What one statement sends: each element is a write of its own.
struct Writes {
    std::vector<std::string> pieces;
    bool await_taken = false;  ///< each only after the one before was taken by the server's side
};

/// Pieces of so many octets each; the last may be shorter.
std::vector<std::string> cut_every(std::string_view octets, std::size_t piece);

/// The same octets cut as `--segmentation` asks. Statements that cut by themselves (`C/`) stay as written.
/// `bytes` cuts only the first 2048 octets and the last 64, so that a message of megabytes does not take hours.
/// `coalesced` cuts like `whole`; that statements are joined is the client's part.
Writes segmented(Writes, Segmentation);

}  // namespace smtpspec::client
