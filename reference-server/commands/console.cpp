#include "commands/console.h"

#include <istream>
#include <ostream>

#include <termios.h>
#include <unistd.h>

namespace refserver::commands {

namespace {

constexpr std::string_view red = "\033[1;31m";
constexpr std::string_view yellow = "\033[1;33m";
constexpr std::string_view plain = "\033[0m";

std::string in_colour(std::string_view colour, std::string_view word, bool coloured) {
    return coloured ? std::string(colour) + std::string(word) + std::string(plain) : std::string(word);
}

/// Turns the echo of the terminal off as long as it lives.
class WithoutEcho {
public:
    WithoutEcho() : changed_(tcgetattr(STDIN_FILENO, &before_) == 0) {
        if (!changed_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        tcsetattr(STDIN_FILENO, TCSANOW, &silent);
    }
    ~WithoutEcho() {
        if (changed_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
    }
    WithoutEcho(const WithoutEcho&) = delete;
    WithoutEcho& operator=(const WithoutEcho&) = delete;

private:
    termios before_{};
    bool changed_;
};

}  // namespace

std::string Console::read_secret(const std::string& prompt) const {
    std::string line;
    if (!asks) {
        std::getline(in, line);
        return line;
    }
    err << prompt << std::flush;
    const WithoutEcho silent;
    std::getline(in, line);
    err << '\n';
    return line;
}

void Console::error(std::string_view line) const {
    err << in_colour(red, "error:", coloured) << ' ' << line << '\n';
}

void Console::warning(std::string_view line) const {
    err << in_colour(yellow, "warning:", coloured) << ' ' << line << '\n';
}

void Console::diagnostic(std::string_view line) const {
    constexpr std::string_view mark = " error: ";
    const auto at = line.find(mark);
    if (at == std::string_view::npos) {
        error(line);
        return;
    }
    err << line.substr(0, at + 1) << in_colour(red, "error:", coloured) << line.substr(at + mark.size() - 1) << '\n';
}

}  // namespace refserver::commands
