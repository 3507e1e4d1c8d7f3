#include "net/stream_socket.h"

#include <Poco/Net/StreamSocketImpl.h>

namespace refserver::net {

Poco::Net::StreamSocket stream_socket(Descriptor descriptor) {
    return Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(descriptor.release()));
}

}  // namespace refserver::net
