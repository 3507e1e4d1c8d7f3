#include "mail.h"

#include <cstdlib>

namespace smtpspec::durability {
namespace {

constexpr std::string_view first_line = "Message-ID: <";

/// Most mails are small; some need many writes on their way to the disk.
std::size_t lines_of(std::size_t number) {
    return number % 10 == 0 ? 900 : 3 + number % 50;
}

}  // namespace

std::string Mail::content() const {
    const std::string name = std::to_string(number);
    std::string text = std::string(first_line) + name + "@load.example>\r\nSubject: " + name + "\r\n\r\n";
    const std::size_t lines = lines_of(number);
    for (std::size_t line = 1; line <= lines; ++line) {
        text += "mail " + name + ", line " + std::to_string(line) + " of " + std::to_string(lines) +
                ", and so that it is longer: abcdefghijk\r\n";
    }
    return text;
}

std::optional<std::size_t> number_of_whole_copy(std::string_view copy) {
    const std::size_t at = copy.find(first_line);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    Mail mail;
    mail.number = std::strtoull(std::string(copy.substr(at + first_line.size(), 20)).c_str(), nullptr, 10);
    return copy.substr(at) == mail.content() ? std::optional(mail.number) : std::nullopt;
}

}  // namespace smtpspec::durability
