#pragma once

#include "net/connection.h"
#include "net/conversation.h"
#include "protocol/session.h"
#include "service/services.h"

#include <memory>
#include <optional>
#include <string>

namespace refserver::service {

/// A connection as it came in.
struct ConnectionOrigin {
    std::string id;
    access::IpAddress client;
    std::uint16_t client_port = 0;
    access::PortRoles roles;
    bool implicit_tls = false;
    std::size_t loop = 0;  ///< which event loop it lives on
};

/// Ties one protocol session to its connection: octets, deadlines, the work that blocks, and the log.
struct LoginResult {
    bool right = false;
    std::string signature;  ///< of the server, with SCRAM
};

class SmtpConversation final : public net::Conversation, private protocol::ContentReceiver {
public:
    SmtpConversation(const Services&, ConnectionOrigin);
    ~SmtpConversation() override;

    void opened(net::Connection&) override;
    void received(std::string_view octets) override;
    void end_of_input() override;
    std::size_t appetite() const override;
    void encrypted(std::string version, std::string cipher) override;
    void deadline_passed() override;
    void lost() override;

    /// The server stops: 421 as soon as no mail is being received.
    void shut_down();
    /// The server stops at once.
    void abandon();
    void configuration_changed();

private:
    void begin() noexcept override;
    void append(std::string_view octets) noexcept override;
    void discard() noexcept override;

    void proceed();
    void act_on(const protocol::VerifyLogin&);
    void act_on(const protocol::CommitMail&);
    void act_on(protocol::StartTls);
    void login_answered(const LoginResult&);
    void committed(routing::CommitResult);
    void arrange_deadline(bool progress);
    void write_session_log();
    LogFields fields() const;
    /// Runs on the connection's loop, on this conversation, if it is there still.
    std::function<void(std::function<void(SmtpConversation&)>)> way_back() const;

    const Services& services_;
    const ConnectionOrigin origin_;
    net::Connection* connection_ = nullptr;
    const std::unique_ptr<protocol::Policy> policy_;
    const std::unique_ptr<net::OctetFilter> octets_;  ///< null: none stands between
    protocol::Session session_;
    std::shared_ptr<routing::Content> content_;
    protocol::Awaiting awaited_ = protocol::Awaiting::nothing;
    bool handshaking_ = false;
    bool failed_login_ = false;
    std::unique_ptr<net::Timer> delayed_answer_;
};

}  // namespace refserver::service
