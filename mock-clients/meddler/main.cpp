// A target that wraps a target: the server behind it is told other ports, and what passes is changed in one way.
#include "meddler/meddler.h"
#include "meddler/target.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <system_error>

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace {
using namespace smtpspec::meddler;

/// One a line: name, what it breaks (joined by blanks), what it does; with tabs between.
void list(const Faults& all) {
    for (const Fault& fault : all) {
        std::cout << fault.name << "\t";
        for (const std::string& id : fault.breaks) {
            std::cout << (&id == &fault.breaks.front() ? "" : " ") << id;
        }
        std::cout << "\t" << fault.what << "\n";
    }
}

constexpr const char* usage =
    "usage: smtp-meddler --list\n"
    "       smtp-meddler --fault NAME TARGET [ARGUMENT...]\n"
    "\n"
    "Stands between clients and the server that TARGET starts, and between that server and its next hop, and changes\n"
    "what passes in exactly one way. It is a target itself: it listens where SMTPSPEC_SETTINGS_FILE says, and starts\n"
    "TARGET with settings in which each port is another one. The server sees the addresses of its clients. NAME none\n"
    "changes nothing. What is said inside TLS is out of reach, and passes as it is.\n"
    "\n"
    "`smtpspec faults --target TARGET` puts each fault in front of a server, and tells which cases see it.\n";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    if (!value) {
        throw std::runtime_error(std::string("no ") + name + " in the environment: a target is started by smtpspec");
    }
    return value;
}

std::string text_of(const std::string& file) {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
}

Detour read_detour(StandIns& stand_ins, const std::string& changed_file) {
    Detour out = detour(text_of(environment("SMTPSPEC_SETTINGS_FILE")), stand_ins);
    std::ofstream(changed_file, std::ios::binary | std::ios::trunc) << out.settings;
    return out;
}

Descriptor watched_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, number);
    }
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    return Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// Milliseconds for the last octets of a server that has ended.
constexpr int last_octets_limit = 1000;

int run(const Fault& fault, const std::vector<std::string>& command) {
    const std::string changed_file = environment("SMTPSPEC_WORK_DIR") + "/meddled-settings.toml";
    const Descriptor signals = watched_signals();
    StandIns stand_ins;
    Meddler meddler(fault);
    Detour plan = read_detour(stand_ins, changed_file);
    meddler.listen(plan.listeners);
    plan.environment.emplace_back("SMTPSPEC_SETTINGS_FILE", changed_file);
    Target target(command, plan.environment);
    std::optional<int> status;
    while (!status || meddler.busy()) {
        std::vector<pollfd> events{{signals.get(), POLLIN, 0}, {status ? -1 : target.ended(), POLLIN, 0}};
        const int wait = meddler.add_to(events);
        const int ready = ::poll(events.data(), events.size(), status ? last_octets_limit : wait);
        if (status && ready == 0) {
            break;
        }
        signalfd_siginfo info{};
        bool signalled = false;
        while (::read(signals.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
            const int number = static_cast<int>(info.ssi_signo);
            if (number == SIGHUP) {
                meddler.listen(read_detour(stand_ins, changed_file).listeners);
            } else {
                meddler.stop_listening();
            }
            if (!status) {
                target.signal(number);
            }
            signalled = true;
        }
        if (signalled) {
            // The listeners may be others now. Connections that came after the signal come to a server that has it.
            continue;
        }
        meddler.serve(events.data() + 2);
        if (events[1].revents != 0) {
            status = target.status();
            meddler.stop_listening();
        }
    }
    return *status;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    Faults all = all_faults();
    if (arguments == std::vector<std::string>{"--list"}) {
        list(all);
        return 0;
    }
    if (arguments == std::vector<std::string>{"--help"}) {
        std::cout << usage;
        return 0;
    }
    if (arguments.size() < 3 || arguments[0] != "--fault") {
        std::cerr << usage;
        return 2;
    }
    all.push_back({.name = "none", .breaks = {}, .what = "", .changes = {}});
    const auto fault = std::find_if(all.begin(), all.end(), [&](const Fault& it) { return it.name == arguments[1]; });
    if (fault == all.end()) {
        std::cerr << "smtp-meddler: there is no fault " << arguments[1] << "; --list shows those there are\n";
        return 2;
    }
    try {
        return run(*fault, {arguments.begin() + 2, arguments.end()});
    } catch (const std::exception& error) {
        std::cerr << "smtp-meddler: " << error.what() << "\n";
        return 1;
    }
}
