// Nothing acknowledged is lost, whenever the server is killed (X20).
//
// Clients send a stream of mails to a hosted account and to the next hop while the server is killed (SIGKILL) again and
// again at random moments, and started again on the same data. At the end every mail that was acknowledged is in the
// mailbox and has reached the next hop, nothing is there in part, and no mail is there more often than the kills
// explain: each kill may repeat what was on its way at that moment, at most one mail for each connection.
//
// usage: durability-kill SERVER [ROUNDS [SEED]]

#include "mail_stream.h"
#include "server_process.h"
#include "sink/next_hop.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <thread>

namespace smtpspec::durability {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t clients = 6;
constexpr std::size_t outbound_connections = 4;
constexpr std::size_t most_mails_before_a_kill = 30;

/// A folder that is left for inspection when the test fails.
class Folder {
public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "durability-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        path_ = name;
    }
    const std::string& path() const { return path_; }
    void remove() const { fs::remove_all(path_); }

private:
    std::string path_;
};

void write_settings(const std::string& folder, std::uint16_t next_hop) {
    std::ofstream(folder + "/settings.toml")
        << "[general]\n"
           "primary_domain = 'mail.example.org'\n"
           "local_domains = ['example.org']\n"
           "admin_email = 'alice@example.org'\n"
           "data_directory = '"
        << folder
        << "/data'\n"
           "[smtp.incoming]\nport = 0\nlisten_ip = '127.0.0.1'\n"
           "[smtp.outgoing]\nenabled = true\nport = 0\nlisten_ip = '127.0.0.1'\n"
           "[outgoing_mail]\nmode = 'relay'\nrelay_host = '127.0.0.2'\n"
           "resend_delay = 1\nmax_resend_attempts = 1000\n"
        << "max_outbound_connections = " << outbound_connections << "\nrelay_port = " << next_hop << "\n";
    fs::create_directories(folder + "/data");
    std::ofstream(folder + "/data/accounts") << "alice:wonderland:alice@example.org\n";
}

/// How often each mail is there.
struct Copies {
    std::map<std::size_t, std::size_t> of;
    std::size_t in_part = 0;

    void count(std::string_view copy) {
        if (const auto number = number_of_whole_copy(copy)) {
            ++of[*number];
        } else {
            ++in_part;
        }
    }
    std::size_t of_mail(std::size_t number) const {
        const auto found = of.find(number);
        return found == of.end() ? 0 : found->second;
    }
};

Copies in_mailbox(const std::string& folder) {
    Copies copies;
    for (const auto& entry : fs::directory_iterator(folder + "/data/mailboxes/alice/new")) {
        std::ifstream file(entry.path(), std::ios::binary);
        copies.count(std::string(std::istreambuf_iterator<char>(file), {}));
    }
    return copies;
}

/// Waits until every mail that was acknowledged has come, at most two minutes; counts what came.
Copies at_next_hop(client::NextHop& next_hop, const std::vector<SentMail>& sent) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    std::size_t at_least = 1;
    for (;;) {
        const auto mails = next_hop.mails("remote.example", at_least, std::chrono::seconds(1));
        Copies copies;
        for (const client::SunkMail& mail : mails) {
            copies.count(mail.content);
        }
        const bool all = std::all_of(sent.begin(), sent.end(), [&](const SentMail& one) {
            return !one.acknowledged || !one.mail.remote || copies.of_mail(one.mail.number) > 0;
        });
        if (all || std::chrono::steady_clock::now() > deadline) {
            return copies;
        }
        at_least = mails.size() + 1;
    }
}

/// Starts the server and kills it, `rounds` times, while mails come in.
void run_rounds(const std::string& program, const std::string& folder, MailStream& stream, std::size_t rounds,
                std::mt19937& random) {
    for (std::size_t round = 1; round <= rounds; ++round) {
        ServerProcess server(program, folder);
        stream.send_to(server.port());
        // One mail at least, or nothing is shown; then any moment of the next ones.
        const std::size_t mails = 1 + random() % most_mails_before_a_kill;
        if (!stream.wait_for_acknowledged(mails)) {
            throw std::runtime_error("round " + std::to_string(round) + ": fewer than " + std::to_string(mails) +
                                     " mails were taken in a minute");
        }
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 5000));  // the moment is what varies
        server.kill();
        stream.pause();
    }
}

/// The number of things that are wrong, each said.
std::size_t judge(const std::vector<SentMail>& sent, const Copies& mailbox, const Copies& next_hop,
                  std::size_t rounds) {
    std::size_t wrong = 0;
    std::size_t acknowledged = 0;
    std::size_t repeated = 0;
    const auto blame = [&](const SentMail& one, const std::string& what) {
        ++wrong;
        std::cout << "mail " << one.mail.number << " of round " << one.round
                  << (one.acknowledged ? ", acknowledged" : ", not acknowledged") << ": " << what << "\n";
    };
    for (const SentMail& one : sent) {
        acknowledged += one.acknowledged ? 1 : 0;
        const std::size_t delivered = mailbox.of_mail(one.mail.number);
        const std::size_t relayed = next_hop.of_mail(one.mail.number);
        const std::size_t kills = one.round > rounds ? 0 : rounds - one.round + 1;
        if (one.acknowledged && one.mail.hosted && delivered == 0) {
            blame(one, "not in the mailbox");
        }
        if (one.acknowledged && one.mail.remote && relayed == 0) {
            blame(one, "never reached the next hop");
        }
        if (delivered > (one.mail.hosted ? 1 + kills : 0)) {
            blame(one, std::to_string(delivered) + " times in the mailbox");
        }
        if (relayed > (one.mail.remote ? 1 + kills : 0)) {
            blame(one, std::to_string(relayed) + " times at the next hop");
        }
        repeated += (delivered > 1 ? delivered - 1 : 0) + (relayed > 1 ? relayed - 1 : 0);
    }
    if (mailbox.in_part + next_hop.in_part > 0) {
        ++wrong;
        std::cout << mailbox.in_part << " mails in part in the mailbox, " << next_hop.in_part << " at the next hop\n";
    }
    if (repeated > rounds * (clients + outbound_connections)) {
        ++wrong;
        std::cout << "more copies than " << rounds << " kills explain\n";
    }
    std::cout << rounds << " kills; " << sent.size() << " mails begun, " << acknowledged << " acknowledged; "
              << mailbox.of.size() << " in the mailbox, " << next_hop.of.size() << " at the next hop, " << repeated
              << " repeated\n";
    return wrong;
}

int run(const std::string& program, std::size_t rounds, std::uint32_t seed) {
    const Folder folder;
    std::cout << "seed " << seed << ", data in " << folder.path() << "\n" << std::flush;
    const auto next_hop = client::start_next_hop({});
    write_settings(folder.path(), next_hop->port());

    MailStream stream(clients);
    std::mt19937 random(seed);
    run_rounds(program, folder.path(), stream, rounds, random);
    const std::vector<SentMail> sent = stream.finish();

    ServerProcess last(program, folder.path());
    at_next_hop(*next_hop, sent);
    if (!last.stop()) {
        std::cout << "the last server did not end well\n";
        return 1;
    }
    // Only now nothing can be on its way any more.
    if (judge(sent, in_mailbox(folder.path()), at_next_hop(*next_hop, sent), rounds) > 0) {
        return 1;
    }
    folder.remove();
    return 0;
}

}  // namespace
}  // namespace smtpspec::durability

int main(int argc, char** argv) {
    if (argc < 2 || argc > 4) {
        std::cerr << "usage: durability-kill SERVER [ROUNDS [SEED]]\n";
        return 2;
    }
    try {
        const std::size_t rounds = argc > 2 ? std::stoul(argv[2]) : 10;
        const auto seed = argc > 3 ? static_cast<std::uint32_t>(std::stoul(argv[3])) : std::random_device{}();
        return smtpspec::durability::run(argv[1], rounds, seed);
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
