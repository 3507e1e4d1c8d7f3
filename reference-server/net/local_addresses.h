#pragma once

#include "access/ip_address.h"

#include <set>

namespace refserver::net {

/// The addresses assigned to this computer's interfaces now ("local IPs", D24 and D26); about 0.2 ms. Empty when the
/// system does not tell.
std::set<access::IpAddress> local_addresses();

/// A socket that becomes readable when an address is added or removed (rtnetlink); the caller owns it. -1 when the
/// system has none.
int open_address_changes();
/// Takes what is waiting on it.
void drain_address_changes(int fd);

}  // namespace refserver::net
