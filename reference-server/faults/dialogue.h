#pragma once

#include "service/seams.h"

#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace refserver::faults {

/// How a dialogue is changed; what is empty changes nothing.
struct Changes {
    /// A command line without its CR LF. Several lines may come of it (joined by CR LF): the client sees the reply to
    /// the last one.
    std::function<std::string(const std::string& line)> command;
    /// Octets as they come, of commands before they are cut into lines, or of content.
    std::function<std::string(std::string octets)> raw_commands;
    std::function<std::string(std::string octets)> raw_content;
    /// A complete reply with its line ends. `verb` is that of the command in upper case: empty for the greeting, `.`
    /// for the end of the content.
    std::function<std::string(const std::string& verb, std::string reply)> reply;
};

/// Cuts what goes to and fro into commands, content and replies.
class Dialogue final : public net::OctetFilter {
public:
    explicit Dialogue(Changes changes) : changes_(std::move(changes)) {}
    std::string received(std::string_view octets) override;
    std::string sent(std::string_view octets) override;

private:
    struct Pending {
        std::string verb;
        bool hidden = false;  ///< the client did not say it
    };
    std::string take_commands();
    std::string take_content();
    std::string answer(std::string reply);

    Changes changes_;
    std::string input_;
    std::string output_;
    std::string seen_content_ = "\r\n";  ///< the last octets of the content
    std::size_t chunk_ = 0;              ///< octets of BDAT still to come
    bool in_content_ = false;
    std::deque<Pending> pending_{{"", false}};
};

std::string upper(std::string_view);
std::string verb_of(std::string_view line);
std::string replaced(std::string text, std::string_view from, std::string_view to);
/// Every match of the regular expression.
std::string rewritten(const std::string& text, const std::string& pattern, const char* replacement);

}  // namespace refserver::faults
