#include "commands/demonstration.h"

#include "accounts/account_file.h"
#include "accounts/accounts.h"
#include "settings/table.h"

#include <filesystem>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace refserver::commands {

namespace {

/// The port if it can be bound on 127.0.0.1, otherwise 0, with which the server takes a free one.
std::uint16_t preferred(std::uint16_t port) {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (probe < 0) return 0;
    // As the server will bind: a port with connections in TIME_WAIT is free.
    const int on = 1;
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const bool free = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    return free ? port : std::uint16_t{0};
}

}  // namespace

settings::Settings demonstration_settings() {
    auto settings = settings::defaults();
    settings.general.primary_domain = "mail.example.org";
    settings.general.local_domains = {"example.org"};
    settings.general.admin_email = "alice@example.org";
    settings.smtp.incoming.port = preferred(2525);
    settings.smtp.incoming.listen_ip = "127.0.0.1";
    settings.smtp.outgoing.enabled = true;
    settings.smtp.outgoing.port = preferred(2587);
    settings.smtp.outgoing.listen_ip = "127.0.0.1";
    settings.smtp.outgoing.access.authentication = true;
    // Whoever plays with a server does not expect real mail to leave the computer.
    settings.outgoing_mail.enabled = false;
    return settings;
}

void make_demonstration_account(const std::string& accounts_file) {
    const std::filesystem::path file(accounts_file);
    if (std::filesystem::exists(file)) return;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    accounts::add(
        file,
        {std::string(demonstration_user), accounts::hash_password(demonstration_password), {"alice@example.org"}});
}

std::vector<std::string> demonstration_hints(const std::string& mailbox_root) {
    const std::string user(demonstration_user);
    const std::string password(demonstration_password);
    return {
        "",
        ("This is a demonstration on this computer alone. Account: " + user + ", password: " + password +
         ", address: alice@example.org"),
        "Send a first mail to it:",
        ("  printf 'Subject: hello\\r\\n\\r\\nHello, Alice.\\r\\n' | curl -sS smtp://{incoming} --mail-from "
         "bob@remote.example --mail-rcpt alice@example.org -T -"),
        "  swaks --server {incoming} --from bob@remote.example --to alice@example.org",
        "Send as Alice, logged in:",
        "  swaks --server {outgoing} --auth PLAIN --auth-user " + user + " --auth-password " + password +
            " --from alice@example.org --to alice@example.org",
        "Read it (a Maildir, for any mail reader):",
        "  cat " + mailbox_root + "/" + user + "/new/*",
        "Mail for other domains is refused here. A server of your own begins with: smtp-reference-server setup",
    };
}

}  // namespace refserver::commands
