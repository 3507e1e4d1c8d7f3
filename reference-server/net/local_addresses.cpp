#include "net/local_addresses.h"

#include "net/socket_address.h"

#include <array>
#include <cerrno>

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::net {

std::set<access::IpAddress> local_addresses() {
    std::set<access::IpAddress> result;
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return result;
    for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
        if (at->ifa_addr == nullptr) continue;
        if (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6) continue;
        result.insert(ip_address(*at->ifa_addr));
    }
    ::freeifaddrs(list);
    return result;
}

int open_address_changes() {
    const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (fd < 0) return -1;
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    ::close(fd);
    return -1;
}

void drain_address_changes(int fd) {
    std::array<char, 4096> ignored;
    // An overrun (ENOBUFS) is reported once and means "something has changed" as well.
    while (::recv(fd, ignored.data(), ignored.size(), 0) > 0 || errno == ENOBUFS || errno == EINTR) {
    }
}

}  // namespace refserver::net
