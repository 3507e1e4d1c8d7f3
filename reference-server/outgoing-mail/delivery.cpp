#include "outgoing-mail/delivery.h"

#include "outgoing-mail/next_hops.h"
#include "outgoing-mail/seven_bit_report.h"
#include "outgoing-mail/smtp_text.h"

#include <array>

#include <openssl/rand.h>

namespace refserver::outgoing_mail {

namespace {

using std::chrono::system_clock;

// RFC 5321 §5.1 asks for two at least; a domain with hundreds of dead ones must not keep a connection busy for days.
constexpr int max_addresses = 10;

// Of 144 bits, which nobody guesses; empty when the system has none.
std::string new_nonce() {
    std::array<unsigned char, 18> octets{};
    if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return {};
    return base64({reinterpret_cast<const char*>(octets.data()), octets.size()});
}

class Delivery {
public:
    explicit Delivery(const DeliveryContext& context)
        : context_(context), settings_(context.backlog.settings()), next_hops_(*settings_, context.stop) {}

    void fail_all(const Assignment& assignment, const Result& result) {
        finish(assignment, std::vector<Result>(assignment.recipients.size(), result));
    }

    void run(Assignment assignment) {
        const auto begun = system_clock::now();
        const auto& destination = assignment.job.destination;
        const auto problem = connect(destination);
        std::optional<Assignment> current = std::move(assignment);
        if (problem) {
            // What was due when the attempt began shares its fate: a dead host is not asked again for each mail.
            for (; current; current = context_.backlog.take_more(current->job.destination, begun))
                fail_all(*current, *problem);
            return;
        }
        while (current) {
            deliver_one(*current);
            // Other settings may send the rest another way, and the stop leaves it for the next start.
            if (!connection_->ready() || context_.stop.given() || context_.backlog.settings() != settings_) break;
            current = context_.backlog.take_more(current->job.destination, system_clock::now());
        }
        connection_->quit();
    }

private:
    // Makes connection_ ready, or says why not. The most hopeful failure counts: one host that may take the mail later
    // is enough to wait.
    std::optional<Result> connect(const std::string& destination) {
        const auto hosts = next_hops_.hosts(destination);
        if (const auto* failure = std::get_if<Result>(&hosts)) return *failure;
        std::optional<Result> problem;
        int tried = 0;
        const auto note = [&](const Result& failure) {
            if (!problem || problem->outcome == Outcome::permanent || failure.outcome == Outcome::temporary)
                problem = failure;
        };
        for (const auto& host : std::get<0>(hosts)) {
            const auto addresses = next_hops_.addresses(host);
            if (const auto* failure = std::get_if<Result>(&addresses)) {
                note(*failure);
                continue;
            }
            for (const auto& address : std::get<0>(addresses)) {
                if (++tried > max_addresses) return problem;
                if (context_.stop.given()) return stopped();
                if (connect(host, address)) return std::nullopt;
                note(connection_->failure());
            }
        }
        if (context_.stop.given()) return stopped();
        return problem;
    }

    // An attempt that the stop cut short does not count.
    static Result stopped() { return {Outcome::postponed, "the service stops", "4.3.2", {}, false}; }

    bool connect(const std::string& host, const Poco::Net::IPAddress& address) {
        const auto& mail = settings_->outgoing_mail;
        const bool relay = mail.mode == settings::OutgoingMode::relay;
        RelayConnection::Options options;
        options.address = Poco::Net::SocketAddress(address, next_hops_.port());
        options.octets = context_.octets;
        options.tls_name = host;
        options.tls_name_is_trusted = relay;
        options.session.own_name = settings_->general.primary_domain;
        options.session.host = host;
        options.session.clear_login_is_safe = address.isLoopback();
        if (relay) {
            options.session.user = mail.relay_user;
            options.session.password = mail.relay_password;
            options.session.nonce = new_nonce();
        }
        connection_.emplace(options, context_.tls, context_.stop);
        if (connection_->handshake_failed()) {
            options.session.use_starttls = false;
            connection_.emplace(options, context_.tls, context_.stop);
        }
        context_.log(connection_->ready() ? "next-hop-connected" : "next-hop-unusable",
                     {{"host", host},
                      {"address", options.address.toString()},
                      {"answer", connection_->ready() ? "" : connection_->failure().answer}});
        return connection_->ready();
    }

    void deliver_one(const Assignment& assignment) {
        const auto& mail = *assignment.mail;
        std::vector<Result> results;
        try {
            const auto file = context_.queue.open(mail);
            const MessageSource message{file.get(), mail.message_offset, mail.message_size};
            if (needs_seven_bits(mail.envelope, connection_->offers())) {
                const auto report = in_seven_bits(mail.envelope, message, context_.queue.incoming().string());
                results = send(report.envelope, assignment.recipients, MessageSource(report), report.content->size());
            } else {
                results = send(mail.envelope, assignment.recipients, message, mail.message_size);
            }
        } catch (const std::exception& e) {
            results.assign(assignment.recipients.size(), Result{Outcome::temporary, e.what(), "4.3.0", {}, false});
        }
        finish(assignment, results);
    }

    std::vector<Result> send(const routing::Envelope& envelope, const std::vector<std::size_t>& recipients,
                             const MessageSource& message, std::uint64_t size) {
        const auto eight_bit = find_eight_bit(message);
        const bool no_mime = eight_bit.anywhere && !has_field(message, "MIME-Version");
        std::int64_t left = 0;
        if (envelope.deliver_by) {
            const auto time = envelope.deliver_by->time - system_clock::now();
            left = std::chrono::floor<std::chrono::seconds>(time).count();
        }
        return connection_->deliver(
            {&envelope, recipients, size, eight_bit.anywhere, eight_bit.in_header, no_mime, left}, message);
    }

    void finish(const Assignment& assignment, const std::vector<Result>& results) {
        try {
            context_.backlog.finish(assignment, results, system_clock::now(), [&](const std::vector<Ending>& endings) {
                try {
                    context_.tell(*assignment.mail, endings);
                } catch (const std::exception& e) {
                    context_.log("report-not-stored", {{"queue_id", assignment.mail->id}, {"reason", e.what()}});
                    throw;
                }
            });
        } catch (const std::exception& e) {
            context_.log("queue-error", {{"queue_id", assignment.mail->id}, {"reason", e.what()}});
        }
        context_.waiting_changed();
        for (std::size_t k = 0; k < results.size(); ++k) log_result(assignment, k, results[k]);
    }

    void log_result(const Assignment& assignment, std::size_t k, const Result& result) {
        static constexpr const char* events[] = {"mail-delivered", "mail-deferred", "mail-failed", "mail-postponed"};
        const auto& recipient = assignment.mail->envelope.recipients[assignment.recipients[k]];
        context_.log(events[static_cast<int>(result.outcome)], {{"queue_id", assignment.mail->id},
                                                                {"recipient_domain", domain_of(recipient.address)},
                                                                {"host", result.host},
                                                                {"status", result.status},
                                                                {"answer", result.answer}});
    }

    const DeliveryContext& context_;
    std::shared_ptr<const settings::Settings> settings_;
    NextHops next_hops_;
    std::optional<RelayConnection> connection_;
};

}  // namespace

void deliver(const DeliveryContext& context, Assignment first) {
    const auto destination = first.job.destination;
    Delivery{context}.run(std::move(first));
    context.backlog.connection_closed(destination);
}

void put_off(const DeliveryContext& context, const Assignment& assignment, const std::string& reason) {
    Delivery{context}.fail_all(assignment, {Outcome::temporary, reason, "4.3.0", {}, false});
    context.backlog.connection_closed(assignment.job.destination);
}

}  // namespace refserver::outgoing_mail
