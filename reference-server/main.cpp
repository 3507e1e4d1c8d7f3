#include "commands/command_line.h"
#include "net/local_addresses.h"

#include <cstdlib>
#include <iostream>

#include <unistd.h>

int main(int argc, char** argv) {
    using namespace refserver;
    commands::Parts parts;
    parts.serve = service::serve;
    parts.local_addresses = net::local_addresses;
    parts.list_queue = outgoing_mail::list;
    parts.show_mail = outgoing_mail::show;
    parts.retry_mail = outgoing_mail::retry;
    parts.remove_mail = outgoing_mail::remove;
    const commands::Console console{.in = std::cin,
                                    .out = std::cout,
                                    .err = std::cerr,
                                    .asks = isatty(STDIN_FILENO) && isatty(STDERR_FILENO),
                                    .coloured = isatty(STDERR_FILENO) && !std::getenv("NO_COLOR")};
    return commands::run({argv + 1, argv + argc}, parts, console);
}
