// A mail server of sixty lines for the tests of the runner: greets, says 250 to everything, 221 to QUIT.
// usage: test-target greets | silent | closes, with the environment of a target.
// usage: test-target works: its second thread does, without an end; the first waits for it.
// In every other mode the command DIE ends the process with status 3, without an answer.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

int listen_on(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 64) != 0) {
        std::perror("listen");
        std::exit(1);
    }
    return socket;
}

void say(int socket, const std::string& line) {
    (void)!::send(socket, line.data(), line.size(), MSG_NOSIGNAL);
}

void converse(int socket, const std::string& mode) {
    if (mode == "greets") {
        say(socket, "220 mail.example.org ESMTP TestTarget 1.0\r\n");
    }
    std::string pending;
    char buffer[1024];
    for (ssize_t count = 0; mode != "closes" && (count = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) {
        pending.append(buffer, static_cast<std::size_t>(count));
        for (std::size_t end = 0; (end = pending.find('\n')) != std::string::npos; pending.erase(0, end + 1)) {
            const std::string verb = pending.substr(0, 4);
            if (verb.starts_with("DIE")) {
                std::fputs("told to die\n", stderr);
                std::_Exit(3);
            }
            if (mode != "silent") {
                say(socket, verb == "QUIT" ? "221 bye\r\n" : "250 ok\r\n");
            }
            if (verb == "QUIT") {
                ::close(socket);
                return;
            }
        }
    }
    ::close(socket);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string(argv[1]) == "works") {
        std::thread([] {
            for (volatile bool always = true; always;) {
            }
        }).join();
    }
    const char* port = std::getenv("SMTPSPEC_SMTP_INCOMING_PORT");
    if (argc != 2 || !port) {
        std::fputs("usage: test-target MODE, in the environment of a target\n", stderr);
        return 2;
    }
    const int listener = listen_on(std::atoi(port));
    while (true) {
        const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        std::thread(converse, socket, std::string(argv[1])).detach();
    }
}
