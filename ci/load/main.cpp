// What smtp-source cannot do, for ci/performance.
//
// usage: smtp-load connect PORT IN_FLIGHT COUNT    connect, EHLO, QUIT; prints how many a second
//        smtp-load idle PORT COUNT                 connects and says EHLO that often, prints "idle", holds all of them
//                                                  until its input ends
//        smtp-load disk FOLDER IN_FLIGHT COUNT OCTETS
//                                                  what a delivery asks of the disk, and nothing else: file written,
//                                                  synced and renamed, folder synced; prints how many a second, and the
//                                                  CPU of each in microseconds. FOLDER must not be there; it is left.

#include "client.h"

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace smtpspec::load {
namespace {

namespace fs = std::filesystem;

unsigned number(std::string_view text) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) {
        throw std::runtime_error("not a number above 0: " + std::string(text));
    }
    return value;
}

/// Runs `work(n)` for each n below `count` on `in_flight` threads; returns how many were done a second.
double rate(unsigned in_flight, unsigned count, const std::function<void(unsigned)>& work) {
    std::atomic<unsigned> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto start = std::chrono::steady_clock::now();
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < in_flight; ++i) {
            threads.emplace_back([&] {
                try {
                    for (unsigned n = next++; n < count; n = next++) work(n);
                } catch (...) {
                    next = count;
                    const std::lock_guard lock(mutex);
                    failure = std::current_exception();
                }
            });
        }
    }
    if (failure) std::rethrow_exception(failure);
    return count / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void connect(std::uint16_t port, unsigned in_flight, unsigned count) {
    const double per_second = rate(in_flight, count, [port](unsigned n) {
        // Each address has all ports for itself: a port that has just been used waits for a minute, and the kernel
        // would search longer and longer for a free one.
        const std::string from = "127.0." + std::to_string(1 + n % 200) + "." + std::to_string(1 + n / 200 % 200);
        Client client(port, from.c_str());
        client.say("EHLO client.example\r\n");
        client.say("QUIT\r\n");
        client.wait_for_close();
    });
    std::cout << static_cast<long>(per_second) << '\n';
}

void idle(std::uint16_t port, unsigned count) {
    const rlimit files{count + 64, count + 64};
    ::setrlimit(RLIMIT_NOFILE, &files);
    std::vector<std::unique_ptr<Client>> clients;
    for (unsigned n = 0; n < count; ++n) {
        const std::string from = "127.0.0." + std::to_string(2 + n % 100);
        clients.push_back(std::make_unique<Client>(port, from.c_str()));
        clients.back()->say("EHLO client.example\r\n");
    }
    std::cout << "idle" << std::endl;
    std::cin.ignore(std::numeric_limits<std::streamsize>::max());
}

int checked(int result, const char* what) {
    if (result < 0) throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
    return result;
}

void disk(const fs::path& folder, unsigned in_flight, unsigned count, unsigned octets) {
    const fs::path unfinished = folder / "tmp", finished = folder / "new";
    fs::create_directory(folder);
    fs::create_directory(unfinished);
    fs::create_directory(finished);
    const std::string content(octets, 'x');
    const double per_second = rate(in_flight, count, [&](unsigned n) {
        const fs::path from = unfinished / std::to_string(n), to = finished / std::to_string(n);
        const int file = checked(::open(from.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), "create");
        if (::write(file, content.data(), content.size()) != static_cast<ssize_t>(content.size())) {
            throw std::runtime_error("write");
        }
        checked(::fsync(file), "fsync");
        checked(::close(file), "close");
        checked(::rename(from.c_str(), to.c_str()), "rename");
        const int directory = checked(::open(finished.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open");
        checked(::fsync(directory), "fsync");
        checked(::close(directory), "close");
    });
    std::cout << static_cast<long>(per_second) << ' ' << std::clock() * 1'000'000LL / CLOCKS_PER_SEC / count << '\n';
}

int run(const std::vector<std::string_view>& arguments) {
    const auto port = [&] { return static_cast<std::uint16_t>(number(arguments.at(1))); };
    if (arguments.size() == 4 && arguments[0] == "connect") {
        connect(port(), number(arguments[2]), number(arguments[3]));
    } else if (arguments.size() == 3 && arguments[0] == "idle") {
        idle(port(), number(arguments[2]));
    } else if (arguments.size() == 5 && arguments[0] == "disk") {
        disk(arguments[1], number(arguments[2]), number(arguments[3]), number(arguments[4]));
    } else {
        std::cerr << "usage: smtp-load connect PORT IN_FLIGHT COUNT | idle PORT COUNT | disk FOLDER IN_FLIGHT COUNT "
                     "OCTETS\n";
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace smtpspec::load

int main(int argc, char** argv) {
    try {
        return smtpspec::load::run({argv + 1, argv + argc});
    } catch (const std::exception& e) {
        std::cerr << "smtp-load: " << e.what() << '\n';
        return 1;
    }
}
