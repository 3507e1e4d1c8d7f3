#pragma once

#include "net/event_loop.h"

#include <Poco/Net/StreamSocket.h>

namespace refserver::net {

/// Closes a connection so that the last reply arrives: a plain close while octets of the client are unread would send
/// RST, which may overtake the reply. The sending side is shut down at once; what still comes is thrown away until the
/// client closes, for at most two seconds and one MiB. At most 1,024 connections linger on one loop; more are closed at
/// once.
void close_lingering(EventLoop&, Poco::Net::StreamSocket);

}  // namespace refserver::net
