#include "net/local_addresses.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace refserver::net {
namespace {

TEST(LocalAddresses, HoldTheAddressOfTheLoopbackInterfaceAndNoOtherOfItsNetwork) {
    const auto addresses = local_addresses();
    EXPECT_TRUE(addresses.contains(*access::IpAddress::parse("127.0.0.1")));
    EXPECT_FALSE(addresses.contains(*access::IpAddress::parse("127.0.0.2")));
}

TEST(LocalAddresses, AnIPv6AddressHasNoScope) {
    const auto v6 = *access::IpAddress::parse("::1");
    if (::access("/proc/net/if_inet6", F_OK) != 0) GTEST_SKIP() << "no IPv6 here";
    EXPECT_TRUE(local_addresses().contains(v6));
}

TEST(AddressChanges, CanBeDrainedWhenNothingHasChanged) {
    const int fd = open_address_changes();
    if (fd < 0) GTEST_SKIP() << "no rtnetlink here";
    drain_address_changes(fd);
    ::close(fd);
}

}  // namespace
}  // namespace refserver::net
