#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// Watches one connection to a server that is not ours: no mail's content may follow a recipient that its owner has
/// not named. It reads every line that is sent as a command, wherever it stands: content may pose as commands.
class MailGuard {
public:
    /// Addresses that may get mail; none: nothing is sent to anybody.
    explicit MailGuard(const std::set<std::string>& may_get_mail);

    /// To be called before the octets are sent. Nothing: they may be. Otherwise the recipient that stands against it.
    std::optional<std::string> objection(std::string_view octets);
    /// A RCPT was answered; not accepted is what has another code than 2xx.
    void recipient_answered(bool accepted);

private:
    std::optional<std::string> take_line();

    std::set<std::string> allowed_;
    std::string line_;                  // without its end so far
    std::deque<std::string> pending_;   // recipients that are not answered yet
    std::vector<std::string> foreign_;  // accepted, and not allowed
};

/// The address of a path (RFC 5321 §4.1.2) in the form in which two are compared: lower case, without a source route,
/// and with no quotes around the local part.
std::string plain_address(std::string_view path);

}  // namespace smtpspec::client
