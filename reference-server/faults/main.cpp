#include "commands/command_line.h"
#include "faults/fault.h"
#include "net/local_addresses.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace {
using namespace refserver;

faults::Faults all_faults() {
    faults::Faults all;
    for (auto part :
         {faults::access_faults(), faults::limit_faults(), faults::routing_faults(), faults::content_faults(),
          faults::sequence_faults(), faults::grammar_faults(), faults::extension_faults(), faults::next_hop_faults(),
          faults::listening_faults(), faults::reset_faults(), faults::login_faults(), faults::delivery_faults(),
          faults::verb_faults(), faults::tls_faults()}) {
        std::ranges::move(part, std::back_inserter(all));
    }
    return all;
}

/// One a line: name, what it breaks (joined by blanks), what it does; with tabs between.
void list(const faults::Faults& all) {
    for (const auto& fault : all) {
        std::cout << fault.name << "\t";
        for (const auto& id : fault.breaks) std::cout << (&id == &fault.breaks.front() ? "" : " ") << id;
        std::cout << "\t" << fault.what << "\n";
    }
}

int usage() {
    std::cerr
        << "usage: smtp-faulty-server --list\n"
           "       smtp-faulty-server --fault NAME serve [OPTION…]   (as smtp-reference-server; NAME none: no fault)\n";
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto all = all_faults();
    if (arguments == std::vector<std::string>{"--list"}) {
        list(all);
        return 0;
    }
    if (arguments.size() < 3 || arguments[0] != "--fault" || arguments[2] != "serve") return usage();
    const auto fault = std::ranges::find(all, arguments[1], &faults::Fault::name);
    if (fault == all.end() && arguments[1] != "none") {
        std::cerr << "there is no fault " << arguments[1] << "; smtp-faulty-server --list shows those there are\n";
        return 2;
    }
    commands::Parts parts;
    parts.serve = [&](service::ServeOptions options) {
        if (fault != all.end()) fault->put_in(options);
        return service::serve(options);
    };
    parts.local_addresses = net::local_addresses;
    const commands::Console console{
        .in = std::cin, .out = std::cout, .err = std::cerr, .asks = false, .coloured = false};
    return commands::run({arguments.begin() + 2, arguments.end()}, parts, console);
}
