#include "client/testing/small_server.h"

#include "client/message.h"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace smtpspec::client::testing {

namespace {

std::string between(const std::string& text, char first, char last) {
    const std::size_t start = text.find(first) + 1;
    return text.substr(start, text.find(last, start) - start);
}

std::string without_cr(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (c != '\r') result += c;
    }
    return result;
}

// Unique in the program, because several servers may deliver to one folder.
std::atomic<int> delivered{0};

}  // namespace

SmallServer::SmallServer(Options options) : options_(std::move(options)), server_([this](Peer& peer) { talk(peer); }) {}

std::vector<std::string> SmallServer::commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
}

void SmallServer::talk(Peer& peer) {
    peer.say("220 mail.example.org\r\n");
    std::vector<std::string> recipients;
    while (true) {
        const std::string line = peer.line();
        if (line.empty()) return;
        {
            const std::lock_guard lock(mutex_);
            commands_.push_back(line);
        }
        const std::string verb = line.substr(0, 4);
        if (verb == "EHLO") {
            peer.say(options_.keywords);
        } else if (verb == "MAIL") {
            recipients.clear();
            peer.say("250 2.1.0 OK\r\n");
        } else if (verb == "RCPT") {
            recipients.push_back(between(line, '<', '@'));
            peer.say("250 2.1.5 OK\r\n");
        } else if (verb == "DATA") {
            peer.say("354 go\r\n");
            std::string data = peer.read_until("\r\n.\r\n");
            if (!data.ends_with("\r\n.\r\n")) return;
            data.resize(data.size() - 3);
            for (const auto& recipient : recipients) deliver(recipient, dot_unstuffed(data));
            peer.say("250 2.0.0 OK\r\n");
        } else if (verb == "AUTH") {
            peer.say("235 2.7.0 OK\r\n");
        } else if (verb == "QUIT") {
            peer.say("221 2.0.0 bye\r\n");
            return;
        } else if (verb == "NOOP" || verb == "RSET" || verb == "HELO") {
            peer.say("250 2.0.0 OK\r\n");
        } else {
            peer.say("500 5.5.1 what\r\n");
        }
    }
}

void SmallServer::deliver(const std::string& recipient, std::string content) {
    if (options_.maildir_root.empty()) return;
    if (options_.mangles) content[content.size() - 3] ^= 1;
    content = options_.trace + content;
    if (options_.unix_line_ends) content = without_cr(content);
    const auto maildir = options_.maildir_root / recipient;
    std::filesystem::create_directories(maildir / "tmp");
    std::filesystem::create_directories(maildir / "new");
    for (int i = 0; i < options_.copies; ++i) {
        const std::string name = std::to_string(1'000'000 + ++delivered);
        std::ofstream(maildir / "tmp" / name, std::ios::binary) << content;
        std::filesystem::rename(maildir / "tmp" / name, maildir / "new" / name);
    }
}

TemporaryFolder::TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mock-client-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace smtpspec::client::testing
