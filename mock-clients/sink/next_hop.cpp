#include "sink/next_hop.h"

#include "sink/dns_server.h"
#include "sink/sink_server.h"

#include <stdexcept>
#include <system_error>
#include <utility>

namespace smtpspec::client {

namespace {

class ScriptedNextHop final : public NextHop {
public:
    explicit ScriptedNextHop(std::unique_ptr<sink::TlsServerContext> tls) : tls_(std::move(tls)) {
        world_.tls_possible = tls_ != nullptr;
        server_.emplace(world_, tls_.get());
    }

    std::uint16_t port() const override { return server_->port(); }
    std::uint16_t dns_port() const override { return dns_.port(); }

    std::vector<SunkMail> mails(const std::string& domain, std::size_t at_least,
                                std::chrono::milliseconds wait) override {
        return world_.registry.mails(domain, at_least, wait);
    }
    void answer(const std::string& domain, SinkAnswer answer) override {
        world_.registry.answer(domain, std::move(answer));
    }
    void offer(std::vector<std::string> keywords) override { world_.registry.offer(std::move(keywords)); }
    void up(bool wanted) override { server_->up(wanted); }
    std::size_t most_connections() const override { return server_->most_connections(); }

    void record(const std::string& name, const std::string& kind, const std::string& value) override {
        zone_.add(name, kind, value);
    }
    void lookup_fails(const std::string& name) override { zone_.fails(name); }
    void no_such_name(const std::string& name) override { zone_.does_not_exist(name); }

    std::vector<SinkDialogue> dialogues(const std::string& domain, const Enough& enough,
                                        std::chrono::milliseconds wait) override {
        return world_.dialogues.of(domain, enough, wait);
    }

    void forget(const std::string& domain) override {
        world_.registry.forget(domain);
        world_.dialogues.forget(domain);
        zone_.forget(domain);
    }

private:
    std::unique_ptr<sink::TlsServerContext> tls_;
    sink::SinkWorld world_;
    sink::DnsZone zone_;
    std::optional<sink::SinkServer> server_;
    sink::DnsServer dns_{zone_};
};

}  // namespace

std::unique_ptr<NextHop> start_next_hop(const NextHopOptions& options) {
    try {
        std::unique_ptr<sink::TlsServerContext> tls;
        if (!options.certificate.empty()) {
            tls = std::make_unique<sink::TlsServerContext>(options.certificate, options.private_key);
        }
        return std::make_unique<ScriptedNextHop>(std::move(tls));
    } catch (const std::system_error& error) {
        throw std::runtime_error(std::string("the next hop cannot start: ") + error.what());
    }
}

}  // namespace smtpspec::client
