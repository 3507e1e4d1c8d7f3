#pragma once

#include "client/testing/scripted_server.h"

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace smtpspec::client::testing {

/// A well-behaved little mail server: enough of SMTP for cases to pass, with a Maildir for each local part.
class SmallServer {
public:
    struct Options {
        std::string keywords = "250-mail.example.org\r\n250-SIZE 5000\r\n250 LIMITS RCPTMAX=3\r\n";
        std::filesystem::path maildir_root{};  ///< empty: mails are thrown away
        std::string trace = "Received: from client.example by mail.example.org; now\n";  ///< put before the content
        bool unix_line_ends = true;
        int copies = 1;
        bool mangles = false;  ///< changes one octet of what it stores
    };
    explicit SmallServer(Options);

    ScriptedServer& server() { return server_; }
    std::vector<std::string> commands() const;

private:
    void talk(Peer&);
    void deliver(const std::string& recipient, std::string content);

    Options options_;
    mutable std::mutex mutex_;
    std::vector<std::string> commands_;
    ScriptedServer server_;
};

/// A folder that is gone with the object.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace smtpspec::client::testing
