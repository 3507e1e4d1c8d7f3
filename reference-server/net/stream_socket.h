#pragma once

#include "net/descriptor.h"

#include <Poco/Net/StreamSocket.h>

namespace refserver::net {

/// The socket of a connected descriptor.
Poco::Net::StreamSocket stream_socket(Descriptor);

}  // namespace refserver::net
