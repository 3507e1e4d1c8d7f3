#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace smtpspec::meddler {

/// How what is said on one connection is changed; what is empty changes nothing. The verb of a reply is that of the
/// command that it answers in upper case: empty for the greeting, `.` for the end of the content, `-` for a reply to
/// nothing.
struct Changes {
    /// A command line without its CR LF. Several lines may come of it (joined by CR LF): the client sees the reply to
    /// the last one.
    std::function<std::string(const std::string& line)> command;
    /// Octets as they come, of commands before they are cut into lines.
    std::function<std::string(std::string octets)> raw_commands;
    /// All of the content with the CR LF . CR LF at its end, and all of a chunk of BDAT.
    std::function<std::string(std::string octets)> raw_content;
    std::function<std::string(std::string octets)> chunk;
    /// A complete reply with its line ends.
    std::function<std::string(const std::string& verb, std::string reply)> reply;
    /// What the client hears, out of turn, when it has said a command.
    std::function<std::string(const std::string& verb)> interjection;
    /// What is said in place of a client whose connection has ended, in the content or between commands.
    std::function<std::string(bool in_content)> last_words;
    /// What comes in one piece with the end of the content is lost.
    bool loses_what_follows_content = false;
    /// Whether nothing more is said behind this reply.
    std::function<bool(const std::string& verb, const std::string& reply)> closes;
};

/// Cuts what goes to and fro on one connection into commands, content and replies, and changes it. Without changes
/// every octet arrives as it was said; only an unfinished line waits for its end. What is inside TLS passes as it is.
class Dialogue {
public:
    explicit Dialogue(Changes changes) : changes_(std::move(changes)) {}

    /// TLS from the first octet.
    void be_blind();
    void from_client(std::string_view octets);
    void from_server(std::string_view octets);
    /// Nothing more comes from there: what is unfinished goes on as it is.
    void client_ended();
    void server_ended();

    /// What has to be sent; the sender removes it.
    std::string& to_server() { return to_server_; }
    std::string& to_client() { return to_client_; }
    const std::string& to_server() const { return to_server_; }
    const std::string& to_client() const { return to_client_; }
    /// Both sides are to be closed when that has been sent.
    bool closing() const { return closing_; }

private:
    enum class Mode { commands, waiting_for_354, content, chunk, blind };
    struct Pending {
        std::string verb;
        bool hidden = false;  ///< the client did not say it
    };
    void advance();
    bool take_command();
    bool take_content();
    bool take_chunk();
    void answer(std::string reply);

    Changes changes_;
    Mode mode_ = Mode::commands;
    std::string input_;                  ///< of the client, not yet passed on
    std::string output_;                 ///< of the server, not yet a whole reply
    std::size_t reply_begin_ = 0;        ///< where the unfinished line of `output_` begins
    std::string last_content_ = "\r\n";  ///< the last octets of the content that were passed on
    std::size_t chunk_left_ = 0;         ///< octets of BDAT still to come
    std::deque<Pending> pending_{{"", false}};
    std::string to_server_;
    std::string to_client_;
    bool closing_ = false;
};

std::string upper(std::string_view);
std::string verb_of(std::string_view line);
std::string replaced(std::string text, std::string_view from, std::string_view to);
/// Every match of the regular expression.
std::string rewritten(const std::string& text, const std::string& pattern, const char* replacement);

}  // namespace smtpspec::meddler
