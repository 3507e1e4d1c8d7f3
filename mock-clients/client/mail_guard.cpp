#include "client/mail_guard.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace smtpspec::client {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

}  // namespace

std::string plain_address(std::string_view path) {
    std::string address = lower(path);
    if (address.starts_with('@')) address.erase(0, address.find(':') + 1);
    if (const auto quote = address.rfind("\"@"); address.starts_with('"') && quote != std::string::npos && quote > 0) {
        std::string local;
        for (std::size_t i = 1; i < quote; ++i) {
            if (address[i] == '\\' && i + 1 < quote) ++i;
            local += address[i];
        }
        address = local + address.substr(quote + 1);
    }
    return address;
}

MailGuard::MailGuard(const std::set<std::string>& may_get_mail) {
    for (const std::string& address : may_get_mail) allowed_.insert(plain_address(address));
}

std::optional<std::string> MailGuard::objection(std::string_view octets) {
    for (const char c : octets) {
        // A server may take either alone for the end of a line.
        if (c != '\r' && c != '\n') {
            line_ += c;
        } else if (auto found = take_line()) {
            return found;
        }
    }
    return std::nullopt;
}

std::optional<std::string> MailGuard::take_line() {
    const std::string line = lower(std::exchange(line_, {}));
    const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
    const std::string verb = line.substr(start, 4);
    if (verb == "rcpt") {
        const auto open = line.find('<');
        const auto close = line.rfind('>');
        const bool is_path = open != std::string::npos && close != std::string::npos && open < close;
        pending_.push_back(is_path ? plain_address(std::string_view(line).substr(open + 1, close - open - 1)) : line);
    } else if (verb == "data" || verb == "bdat") {
        if (!foreign_.empty()) return foreign_.front();
        const auto found = std::find_if(pending_.begin(), pending_.end(),
                                        [&](const std::string& address) { return !allowed_.contains(address); });
        if (found != pending_.end()) return *found;
    }
    return std::nullopt;
}

void MailGuard::recipient_answered(bool accepted) {
    if (pending_.empty()) return;
    if (accepted && !allowed_.contains(pending_.front())) foreign_.push_back(pending_.front());
    pending_.pop_front();
}

}  // namespace smtpspec::client
