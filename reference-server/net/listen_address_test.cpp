#include "net/listen_address.h"

#include <Poco/Net/StreamSocket.h>
#include <fcntl.h>
#include <gtest/gtest.h>

namespace refserver::net {
namespace {

using access::IpAddress;

TEST(ResolveListenAddress, EmptyMeansAllAddresses) {
    EXPECT_EQ(resolve_listen_address(""), std::nullopt);
}

TEST(ResolveListenAddress, TakesAnAddressAsItIs) {
    EXPECT_EQ(resolve_listen_address("127.0.0.9"), IpAddress::parse("127.0.0.9"));
    EXPECT_EQ(resolve_listen_address("::1"), IpAddress::parse("::1"));
}

TEST(ResolveListenAddress, TakesOneAddressOfAHostName) {
    const auto address = resolve_listen_address("localhost");
    ASSERT_TRUE(address);
    EXPECT_TRUE(address->is_loopback());
}

TEST(ResolveListenAddress, ReportsANameThatDoesNotResolve) {
    EXPECT_THROW(resolve_listen_address("no-such-host.invalid"), ListenError);
}

TEST(OpenListener, ASecondOneOnTheSamePortIsInUse) {
    const auto first = open_listener(IpAddress::parse("127.0.0.1"), 0);
    try {
        const auto second = open_listener(IpAddress::parse("127.0.0.1"), first.address().port());
        FAIL() << "two sockets share a port";
    } catch (const ListenError& e) {
        EXPECT_EQ(e.about, ListenError::About::port);
    }
}

TEST(OpenListener, ReportsAnAddressOfAnotherComputer) {
    try {
        open_listener(IpAddress::parse("192.0.2.77"), 0);
        FAIL() << "bound to an address that is not assigned";
    } catch (const ListenError& e) {
        EXPECT_EQ(e.about, ListenError::About::address);
    }
}

TEST(OpenListener, OneAddressIsBoundAndNoOther) {
    const auto listener = open_listener(IpAddress::parse("127.0.0.2"), 0);
    const auto port = listener.address().port();
    EXPECT_NO_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.2", port)));
    EXPECT_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.1", port)), Poco::Exception);
}

TEST(OpenListener, AllAddressesAreThoseOfBothFamilies) {
    const auto listener = open_listener(std::nullopt, 0);
    const auto port = listener.address().port();
    EXPECT_NO_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("127.0.0.3", port)));
    EXPECT_NO_THROW(Poco::Net::StreamSocket(Poco::Net::SocketAddress("::1", port)));
}

TEST(OpenListener, IsNotInheritedByPrograms) {
    const auto listener = open_listener(IpAddress::parse("127.0.0.1"), 0);
    EXPECT_TRUE(::fcntl(listener.impl()->sockfd(), F_GETFD) & FD_CLOEXEC);
}

}  // namespace
}  // namespace refserver::net
