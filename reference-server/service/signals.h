#pragma once

#include "net/event_loop.h"

#include <functional>

namespace refserver::service {

/// Keeps SIGTERM, SIGINT and SIGHUP from every thread that is started after this call, and lets writing to a closed
/// pipe be an error. Before the first thread.
void block_signals();

/// Calls `handler` with each of them, on the loop.
void watch_signals(net::EventLoop&, std::function<void(int)> handler);

}  // namespace refserver::service
