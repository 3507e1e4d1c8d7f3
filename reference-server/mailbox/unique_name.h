#pragma once

#include <string>
#include <string_view>

namespace refserver::mailbox {

/// A file name that no other delivery on any computer uses: `time.MmicrosecondsPpidQcounter.host`, as Maildir asks for.
/// Safe to call from many threads.
std::string unique_name();

/// The host's part of a name: `/` and `:` mean something in a Maildir and are written as `\057` and `\072`.
std::string host_part(std::string_view host_name);

}  // namespace refserver::mailbox
