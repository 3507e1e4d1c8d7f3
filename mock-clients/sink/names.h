#pragma once

#include <string>
#include <string_view>

namespace smtpspec::sink {

/// With ASCII letters in lower case: domains are compared so.
std::string lower_case(std::string_view);

/// The domain of an address without brackets, in lower case; empty if it has none.
std::string domain_of(std::string_view address);

/// Whether `name` is `domain` or below it. Both in lower case, without a final dot.
bool is_at_or_below(std::string_view name, std::string_view domain);

}  // namespace smtpspec::sink
