// Mail servers that no test should ever meet, for the end-to-end tests of the harness: usage: hostile-target WAY, with
// the environment of a target. Each way is one kind of hostility; where it says nothing, the server is polite: it
// greets, offers STARTTLS, says 250 to everything, and stores mail in Maildirs.
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

namespace fs = std::filesystem;

const std::string junk("\x00\x01\xff\xfe<garbage>\x80\x81\r\x0b", 17);
/// What could move a cursor, pose as a report, or close an element of one.
const std::string escapes =
    "\x1b[31m\x1b[2J\x1b]0;owned\x07\x1b]8;;http://x\x1b\\\x9b\x33\x31m\xc2\x9b\x33m\x7f\b\b</pre><script>alert(1)</"
    "script>]]>"
    "&lt;\" ::error::x ##vso[task] not ok 1\xe2\x80\xae\xe2\x80\xa8";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

bool say(int socket, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void say_for_ever(int socket, const std::string& text) {
    std::string much;
    while (much.size() < 65536) {
        much += text;
    }
    while (say(socket, much)) {
    }
}

void drip(int socket, const std::string& text) {
    for (const char c : text) {
        if (!say(socket, {&c, 1})) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::seconds(1));
    }
}

void reset(int socket) {
    const linger at_once{1, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::shutdown(socket, SHUT_RD);
}

void read_to_end(int socket) {
    char octets[4096];
    while (::recv(socket, octets, sizeof octets, 0) > 0) {
    }
}

class Connection {
public:
    Connection(int socket, const std::string& way) : socket_(socket), way_(way) {}

    void talk() {
        if (!greet()) {
            return;
        }
        for (std::string line; !(line = next_line()).empty();) {
            const std::string verb = line.substr(0, 4);
            if (way_ == "dies-at-" + verb) {
                std::fputs("told to die\n", stderr);
                std::_Exit(3);
            }
            if (way_ == "crashes-at-" + verb) {
                std::abort();
            }
            if (!answer(verb, line)) {
                return;
            }
        }
    }

private:
    bool greet() {
        const std::string greeting = "220 mail.example.org ESMTP Hostile\r\n";
        static const std::map<std::string, std::function<void(int)>> ways = {
            {"greets-garbage", [](int s) { say(s, junk + "\r\n" + junk); }},
            {"greets-endless-line", [](int s) { say_for_ever(s, "2"); }},
            {"greets-endless-reply", [](int s) { say_for_ever(s, "220-more\r\n"); }},
            {"greets-drop-by-drop", [](int s) { drip(s, "220 mail.example.org\r\n"); }},
            {"greets-nothing", read_to_end},
            {"greets-half-a-line", [](int s) { say(s, "220 mail.exam"), read_to_end(s); }},
            {"greets-554", [](int s) { say(s, "554 go away\r\n"), read_to_end(s); }},
            {"greets-escapes-only", [](int s) { say(s, "554 " + escapes + "\r\n"), read_to_end(s); }},
            {"greets-tls", [](int s) { say(s, std::string("\x16\x03\x03\x40\x00\x02", 6)), read_to_end(s); }},
            {"greets-http", [](int s) { say(s, "HTTP/1.1 400 Bad Request\r\nContent-Length: 99999999999\r\n\r\n"); }},
            {"closes-at-once", [](int) {}},
            {"resets-at-once", reset},
        };
        if (const auto found = ways.find(way_); found != ways.end()) {
            found->second(socket_);
            return false;
        }
        return say(socket_, way_ == "greets-escapes" ? "220 mail.example.org " + escapes + "\r\n" : greeting);
    }

    bool answer(const std::string& verb, const std::string& line) {
        if (way_ == "answers-garbage") return say(socket_, junk + "\r\n");
        if (way_ == "answers-nothing") return read_to_end(socket_), false;
        if (way_ == "answers-drop-by-drop") return drip(socket_, "250 a very slow server this is\r\n"), true;
        if (way_ == "answers-endless-line") return say_for_ever(socket_, "250 xxxxxxxx"), false;
        if (way_ == "answers-a-million-lines") return say_for_ever(socket_, "250-and more\r\n"), false;
        if (way_ == "answers-line-ends") return say_for_ever(socket_, "\r\n"), false;
        if (way_ == "answers-nul") return say_for_ever(socket_, std::string(1, '\0')), false;
        if (way_ == "answers-escapes") return say(socket_, "599 " + escapes + "\r\n");
        if (way_ == "answers-echo") return say(socket_, line);
        if (way_ == "answers-twice") return say(socket_, "250 once\r\n250 twice\r\n");
        if (way_ == "answers-thousandfold") return say(socket_, std::string(1000, '\n') + "250 ok\r\n");
        if (way_ == "answers-half" && verb != "QUIT") return say(socket_, "250-half\r\n25"), false;
        if (way_ == "closes-at-first-command") return false;
        if (way_ == "resets-at-first-command") return reset(socket_), false;
        if (way_ == "half-closes") return ::shutdown(socket_, SHUT_WR), read_to_end(socket_), false;
        if (way_ == "stops-reading") return std::this_thread::sleep_for(std::chrono::hours(1)), false;
        if (way_ == "floods-standard-error") std::fputs((escapes + "\n").c_str(), stderr);
        if (verb == "EHLO") return say(socket_, ehlo());
        if (verb == "STAR") return start_tls();
        if (verb == "DATA") return take_mail();
        if (verb == "RCPT") recipient_ = line.substr(line.find('<') + 1, line.find('@') - line.find('<') - 1);
        return say(socket_, verb == "QUIT" ? "221 bye\r\n" : "250 ok\r\n") && verb != "QUIT";
    }

    std::string ehlo() const {
        if (way_ == "offers-escapes")
            return "250-mail.example.org\r\n250-X" + escapes + "\r\n250 SIZE " + escapes + "\r\n";
        if (way_ == "offers-nonsense") {
            return "250-mail.example.org\r\n250-SIZE 999999999999999999999999\r\n250-LIMITS RCPTMAX=-1 =\r\n250-\r\n"
                   "250-AUTH " +
                   std::string(400, '=') + "\r\n250 STARTTLS STARTTLS\r\n";
        }
        if (way_ == "offers-too-much") {
            std::string out;
            for (int i = 0; i < 20000; ++i) out += "250-X" + std::to_string(i) + "\r\n";
            return out + "250 HELP\r\n";
        }
        return "250-mail.example.org\r\n250 STARTTLS\r\n";
    }

    bool start_tls() {
        say(socket_, "220 go\r\n");
        if (way_ == "tls-half-handshake") say(socket_, std::string("\x16\x03\x03\x00\x7a\x02\x00\x00", 8));
        if (way_ == "tls-garbage") say(socket_, junk + junk);
        if (way_ == "tls-flood") say_for_ever(socket_, std::string("\x16\x03\x03\x00\x01\x00", 6));
        if (way_ == "tls-alert") say(socket_, std::string("\x15\x03\x03\x00\x02\x02\x28", 7));
        if (way_ == "tls-resets") return reset(socket_), false;
        if (way_ == "tls-nothing" || way_ == "tls-half-handshake") read_to_end(socket_);
        return false;
    }

    bool take_mail() {
        say(socket_, "354 go\r\n");
        if (way_ == "closes-in-content") return false;
        if (way_ == "dies-in-content") std::_Exit(3);
        std::string content;
        for (std::string line; (line = next_line()) != ".\r\n";) {
            if (line.empty()) return false;
            content += line;
        }
        if (way_ == "dies-after-content") std::_Exit(3);
        store(content);
        return say(socket_, "250 stored\r\n");
    }

    void store(const std::string& content) const {
        static std::atomic<int> number{0};
        const fs::path folder = fs::path(environment("SMTPSPEC_MAILDIR_ROOT")) / recipient_;
        std::error_code error;
        for (const char* part : {"new", "cur", "tmp"}) fs::create_directories(folder / part, error);
        const std::string name = std::to_string(::getpid()) + "." + std::to_string(++number);
        const fs::path file = folder / "new" / name;
        const fs::path made = folder / "tmp" / name;
        if (way_ == "stores-a-pipe") {
            ::mkfifo(file.c_str(), 0600);
        } else if (way_ == "stores-a-device") {
            fs::create_symlink("/dev/zero", file, error);
        } else if (way_ == "stores-a-circle") {
            fs::create_symlink(file, file, error);
        } else if (way_ == "stores-a-folder") {
            fs::create_directories(file / "new" / "new", error);
        } else if (way_ == "stores-sixteen-gigabytes") {
            std::ofstream(made) << "From: a\n\n";
            fs::resize_file(made, std::uintmax_t{1} << 34, error);
            fs::rename(made, file, error);
        } else if (way_ == "stores-escapes") {
            std::ofstream(made) << escapes << "\n" << std::string(1000000, '\x1b');
            fs::rename(made, file, error);
        } else if (way_ == "removes-its-folders") {
            fs::remove_all(environment("SMTPSPEC_MAILDIR_ROOT"), error);
            fs::remove_all(environment("SMTPSPEC_WORK_DIR"), error);
        } else {
            std::ofstream(made) << content;
            fs::rename(made, file, error);
        }
    }

    std::string next_line() {
        char octets[4096];
        while (unread_.find('\n') == std::string::npos) {
            const ssize_t count = ::recv(socket_, octets, sizeof octets, 0);
            if (count <= 0) {
                return "";
            }
            unread_.append(octets, static_cast<std::size_t>(count));
        }
        const auto end = unread_.find('\n') + 1;
        std::string line = unread_.substr(0, end);
        unread_.erase(0, end);
        return line;
    }

    int socket_;
    std::string way_;
    std::string unread_;
    std::string recipient_;
};

int listener_on(const char* port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const int on = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 64) != 0) {
        std::perror("listen");
        std::exit(1);
    }
    return socket;
}

void flood(FILE* where, const std::string& text) {
    std::thread([where, text] {
        while (true) {
            std::fputs(text.c_str(), where);
            std::fflush(where);
        }
    }).detach();
}

void leave_child() {
    if (::fork() == 0) {
        ::setsid();
        if (::fork() != 0) {
            std::_Exit(0);
        }
        std::signal(SIGTERM, SIG_IGN);
        std::signal(SIGPIPE, SIG_IGN);
        while (true) {
            ::pause();
        }
    }
}

/// Goes on in a child, once the process that was started is gone.
void lose_parent() {
    int gone[2];
    if (::pipe(gone) != 0 || ::fork() != 0) {
        std::_Exit(0);
    }
    ::close(gone[1]);
    char none{};
    [[maybe_unused]] const ssize_t end = ::read(gone[0], &none, 1);
    ::close(gone[0]);
}

/// What is wrong with the process, not with its connections.
void misbehave(const std::string& way) {
    if (way == "exits-at-once") std::exit(1);
    if (way == "exits-well") std::exit(0);
    if (way == "crashes-at-once") std::abort();
    if (way == "exits-with-escapes") std::fputs((escapes + "\n").c_str(), stderr), std::exit(1);
    if (way == "cannot-with-escapes") std::fputs((escapes + "\n").c_str(), stderr), std::exit(77);
    if (way == "exits-after-a-flood") {
        for (int i = 0; i < 50; ++i) std::fputs(std::string(1'000'000, 'x').c_str(), stderr);
        std::exit(1);
    }
    if (way == "never-listens") ::pause();
    if (way == "writes-junk") std::fputs((junk + escapes + "\n").c_str(), stdout), std::fflush(stdout);
    if (way == "floods-standard-output") flood(stdout, junk + escapes);
    if (way == "floods-one-line") flood(stderr, std::string(4096, 'x'));
    if (way == "floods-standard-error") flood(stderr, escapes + "\n");
    if (way == "ignores-term") std::signal(SIGTERM, SIG_IGN);
    if (way == "leaves-a-child") leave_child();
    if (way == "leaves-fifty-children")
        for (int i = 0; i < 50; ++i) leave_child();
    if (way == "goes-to-the-background" || way == "goes-to-a-session-of-its-own") lose_parent();
    if (way == "goes-to-a-session-of-its-own") ::setsid(), std::signal(SIGTERM, SIG_IGN);
    if (way == "closes-its-standard-files") ::close(0), ::close(1), ::close(2);
    if (way == "stops-itself") ::raise(SIGSTOP);
}

}  // namespace

int main(int argc, char** argv) {
    const char* port = std::getenv("SMTPSPEC_SMTP_INCOMING_PORT");
    if (argc != 2 || !port) {
        std::fputs("usage: hostile-target WAY, in the environment of a target\n", stderr);
        return 2;
    }
    const std::string way = argv[1];
    misbehave(way);
    const int listener = listener_on(port);
    if (way == "never-accepts") {
        ::pause();
    }
    while (true) {
        const int socket = ::accept(listener, nullptr, nullptr);
        if (way == "dies-at-connect") {
            std::_Exit(3);
        }
        if (way == "forks-for-each" && ::fork() == 0) {
            ::setsid();
            Connection(socket, way).talk();
            while (true) {
                ::pause();
            }
        }
        std::thread([socket, way] {
            if (way != "forks-for-each") {
                Connection(socket, way).talk();
            }
            ::close(socket);
        }).detach();
    }
}
