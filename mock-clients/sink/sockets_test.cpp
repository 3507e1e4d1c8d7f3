#include "sink/sockets.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>

namespace smtpspec::sink {
namespace {

TEST(Sockets, accepted_ones_hold_nothing_back) {
    const Descriptor listener = bound_socket(SOCK_STREAM, "127.0.0.9", 0);
    listen_on(listener);
    const Descriptor client = bound_socket(SOCK_STREAM, "127.0.0.9", 0);
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port_of(listener));
    where.sin_addr.s_addr = htonl(0x7f000009);
    ::connect(client.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where);
    pollfd entry{listener.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&entry, 1, 10'000), 1);
    const Descriptor accepted = accept_from(listener);
    ASSERT_TRUE(accepted);
    int on = 0;
    socklen_t size = sizeof on;
    ASSERT_EQ(::getsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, &size), 0);
    EXPECT_NE(on, 0);
}

TEST(Sockets, none_is_accepted_where_none_waits) {
    const Descriptor listener = bound_socket(SOCK_STREAM, "127.0.0.9", 0);
    listen_on(listener);
    EXPECT_FALSE(accept_from(listener));
}

}  // namespace
}  // namespace smtpspec::sink
