#pragma once

#include <chrono>

namespace smtpspec::runner {

/// A TLS handshake as client on a connected, non-blocking socket, any certificate accepted, then a polite end: the
/// greeting is awaited and QUIT sent. Gives up at the deadline or when the descriptor `until` becomes readable.
bool tls_greets(int socket, std::chrono::steady_clock::time_point deadline, int until);

}  // namespace smtpspec::runner
