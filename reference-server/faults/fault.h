#pragma once

#include "service/serve.h"

#include <functional>
#include <string>
#include <vector>

/// Servers that are wrong in exactly one observable way, for the proof that the conformance suite sees it.
namespace refserver::faults {

struct Fault {
    std::string name;                 ///< what it does on the wire
    std::vector<std::string> breaks;  ///< requirements, or D and X of the settings; the most telling first
    std::string what;                 ///< in a sentence
    std::function<void(service::ServeOptions&)> put_in;
};
using Faults = std::vector<Fault>;

Faults access_faults();
Faults limit_faults();
Faults routing_faults();
Faults content_faults();
Faults sequence_faults();
Faults grammar_faults();
Faults extension_faults();
Faults next_hop_faults();
Faults listening_faults();
Faults reset_faults();
Faults login_faults();
Faults delivery_faults();
Faults verb_faults();
Faults tls_faults();

}  // namespace refserver::faults
