#include "accounts/account_file.h"

#include <algorithm>
#include <map>

namespace refserver::accounts {

namespace {

using Wrong = std::optional<std::string>;

std::string in_quotes(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string folded(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

bool is_control(char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet < 0x20 || octet == 0x7f;
}

/// RFC 5322 §3.2.3, and RFC 6531 §3.3 for what is not ASCII.
bool is_atext(char c) {
    constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           specials.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80;
}

bool is_dotted(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos;
}

/// Reads the lines of one file.
class Parser {
public:
    explicit Parser(std::string name) : name_(std::move(name)) {}

    ParsedAccounts parse(std::string_view text) {
        while (!text.empty()) {
            ++line_;
            const auto end = text.find('\n');
            auto line = text.substr(0, end);
            text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
            if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
            if (!line.empty() && line.front() != '#') parse_line(line);
        }
        return std::move(result_);
    }

private:
    void error(std::size_t offset, const std::string& message) {
        result_.errors.push_back(name_ + ":" + std::to_string(line_) + ":" + std::to_string(offset + 1) +
                                 ": error: " + message);
    }

    void parse_line(std::string_view line) {
        const auto first = line.find(':');
        const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos) {
            error(line.size(), "a field is missing; allowed: user:password:address[,address…]");
            return;
        }
        const auto before = result_.errors.size();
        Account account;
        account.user = line.substr(0, first);
        account.password = line.substr(first + 1, second - first - 1);
        if (const auto wrong = wrong_user(account.user)) error(0, *wrong);
        if (const auto wrong = wrong_password(account.password)) error(first + 1, *wrong);
        parse_addresses(line, second + 1, account);
        if (result_.errors.size() == before) {
            note_duplicates(account, second + 1);
            result_.accounts.push_back(std::move(account));
        }
    }

    void parse_addresses(std::string_view line, std::size_t offset, Account& account) {
        for (;;) {
            const auto comma = line.find(',', offset);
            const auto address = line.substr(offset, comma == std::string_view::npos ? comma : comma - offset);
            if (const auto wrong = wrong_address(address)) {
                error(offset, *wrong);
            } else {
                account.addresses.emplace_back(address);
            }
            if (comma == std::string_view::npos) return;
            offset = comma + 1;
        }
    }

    void note_duplicates(const Account& account, std::size_t addresses_at) {
        if (const auto [other, added] = users_.emplace(folded(account.user), line_); !added) {
            error(0, "user " + in_quotes(account.user) + " is in line " + std::to_string(other->second) +
                         " already; case makes no difference");
        }
        std::size_t offset = addresses_at;
        for (const auto& address : account.addresses) {
            if (const auto [other, added] = addresses_.emplace(folded(address), line_); !added) {
                error(offset, "address " + in_quotes(address) + " is in line " + std::to_string(other->second) +
                                  " already; case makes no difference");
            }
            offset += address.size() + 1;
        }
    }

    std::string name_;
    std::size_t line_ = 0;
    ParsedAccounts result_;
    std::map<std::string, std::size_t> users_;
    std::map<std::string, std::size_t> addresses_;
};

}  // namespace

Wrong wrong_user(std::string_view user) {
    constexpr std::string_view allowed = "; allowed: up to 64 characters without space, \"/\", \":\" and \",\"";
    if (user.empty()) return "the user name is empty" + std::string(allowed);
    if (user.size() > 64) return "the user name is too long" + std::string(allowed);
    // `.` alone would be the folder of all mailboxes; with more after it, a hidden one.
    if (user.front() == '.') return "the user name begins with a dot" + std::string(allowed) + ", and no dot in front";
    if (user.front() == '#') return "the user name begins with \"#\", which makes the line a comment";
    for (const char c : user) {
        if (is_control(c) || std::string_view(" /:,\\").find(c) != std::string_view::npos) {
            return "the user name " +
                   (is_control(c) ? "has a control character" : "has the character '" + std::string(1, c) + "'") +
                   std::string(allowed);
        }
    }
    return std::nullopt;
}

Wrong wrong_password(std::string_view password) {
    if (password.empty()) return "the password is empty; allowed: a crypt(3) hash or clear text";
    for (const char c : password) {
        if (is_control(c)) return "the password has a control character";
        if (c == ':') return "the password has a \":\", which ends the field; store it as a hash";
    }
    return std::nullopt;
}

Wrong wrong_address(std::string_view address) {
    constexpr std::string_view allowed = "; allowed: local-part@domain, without quotes, several joined by commas";
    const auto wrong = [&](std::string_view what) {
        return "the address " + in_quotes(address) + " " + std::string(what) + std::string(allowed);
    };
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return wrong("has no @");
    const auto local_part = address.substr(0, at);
    const auto domain = address.substr(at + 1);
    if (local_part.size() > 64) return wrong("has more than 64 octets before the @");
    if (domain.size() > 255) return wrong("has more than 255 octets after the @");
    const bool local_part_right = is_dotted(local_part) && std::all_of(local_part.begin(), local_part.end(),
                                                                       [](char c) { return c == '.' || is_atext(c); });
    if (!local_part_right) return wrong("has a wrong part before the @");
    const bool domain_right = is_dotted(domain) && std::all_of(domain.begin(), domain.end(), [](char c) {
                                  const bool alphanumeric =
                                      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
                                  return alphanumeric || c == '-' || c == '.';
                              });
    if (!domain_right) return wrong("has a wrong domain");
    return std::nullopt;
}

ParsedAccounts parse_account_file(const std::string& name, std::string_view text) {
    return Parser(name).parse(text);
}

std::string to_line(const Account& account) {
    std::string line = account.user + ":" + account.password + ":";
    for (const auto& address : account.addresses) line += (&address == account.addresses.data() ? "" : ",") + address;
    return line;
}

}  // namespace refserver::accounts
