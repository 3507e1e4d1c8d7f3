#include "service/serve.h"

#include "service/server.h"
#include "service/signals.h"

#include <iostream>
#include <system_error>

#include <Poco/String.h>

namespace refserver::service {
namespace {

void announce(const Server& server, const std::vector<std::string>& hints) {
    const std::string incoming = server.ports().incoming_endpoint();
    const std::string outgoing = server.ports().outgoing_endpoint();
    std::cout << "ready incoming=" << incoming << " outgoing=" << outgoing << "\n";
    for (const auto& hint : hints) {
        std::cout << Poco::replace(Poco::replace(hint, std::string("{incoming}"), incoming), std::string("{outgoing}"),
                                   outgoing)
                  << "\n";
    }
    std::cout << std::flush;
}

}  // namespace

int serve(const ServeOptions& options) {
    block_signals();
    Log log(options.log_format, options.log_level);
    try {
        Server server(options, log);
        announce(server, options.hints);
        server.run();
        return 0;
    } catch (const StartUpError& e) {
        std::cerr << e.what() << "\n";
    } catch (const std::system_error& e) {
        std::cerr << "the server cannot start: " << e.what() << "\n";
    }
    return 1;
}

}  // namespace refserver::service
