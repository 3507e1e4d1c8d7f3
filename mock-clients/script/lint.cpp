#include "script/lint.h"

#include "script/mistake.h"

#include <algorithm>
#include <map>

namespace smtpspec::script {

namespace {

bool judges(const Statement& statement) {
    if (const auto* expect = std::get_if<Expect>(&statement.act)) return !expect->precondition;
    if (const auto* step = std::get_if<ServerStep>(&statement.act)) return step->act == ServerAct::start_fails;
    if (const auto* repeat = std::get_if<Repeat>(&statement.act)) {
        return (repeat->times > 0 || repeat->computed) && std::any_of(repeat->body.begin(), repeat->body.end(), judges);
    }
    return std::holds_alternative<CountCheck>(statement.act) || std::holds_alternative<ContentCheck>(statement.act) ||
           std::holds_alternative<ListenCheck>(statement.act) ||
           std::holds_alternative<SinkConnections>(statement.act) ||
           std::holds_alternative<SinkDialogueCheck>(statement.act);
}

/// Every way of meeting the expectation ends the connection.
bool ends_connection(const Expect& expect) {
    return !expect.or_silent &&
           std::all_of(expect.alternatives.begin(), expect.alternatives.end(), [](const Alternative& alternative) {
               return std::holds_alternative<ConnectionClosed>(alternative) ||
                      std::holds_alternative<ConnectionReset>(alternative);
           });
}

/// Follows the connections and the server through a dialogue, as far as the script alone decides about them.
class Walk {
public:
    explicit Walk(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

    void over(const std::vector<Statement>& statements) {
        for (const Statement& statement : statements) {
            at_ = &statement.at;
            std::visit([&](const auto& act) { take(statement.client, act); }, statement.act);
        }
    }

    void first_client(const std::string& name) { first_ = name; }

private:
    enum class Connection { none, open, half_closed, ended };
    enum class Server { untouched, running, stopped };

    Connection& connection(const std::string& client) { return connections_[client.empty() ? first_ : client]; }

    void wrong(std::string message) { diagnostics_.push_back({*at_, std::move(message), ""}); }

    void require_server() {
        if (server_ == Server::stopped) wrong("out of reach: the server is not running here");
        if (server_ == Server::untouched) server_ = Server::running;
    }

    void speak(const std::string& client) {
        Connection& state = connection(client);
        if (state == Connection::none) {
            require_server();
            state = Connection::open;
        } else if (state == Connection::half_closed) {
            wrong("out of reach: the client has said that it says no more (`half-close`)");
        } else if (state == Connection::ended) {
            wrong("out of reach: the connection has ended; `connect` opens another");
        }
    }

    void take(const std::string& client, const Send&) { speak(client); }
    void take(const std::string& client, const SendMessage&) { speak(client); }
    void take(const std::string& client, const Given&) { speak(client); }
    void take(const std::string& client, const StartTls&) { speak(client); }

    void take(const std::string& client, const Expect& expect) {
        Connection& state = connection(client);
        if (state == Connection::none || expect.reconnecting) require_server();
        if (expect.reconnecting) state = Connection::open;
        if (state == Connection::ended) wrong("out of reach: the connection has ended; `connect` opens another");
        if (state == Connection::none) state = Connection::open;
        if (ends_connection(expect)) state = Connection::ended;
    }

    void take(const std::string& client, ClientAct act) {
        Connection& state = connection(client);
        if (act == ClientAct::connect) {
            require_server();
            state = Connection::open;
            return;
        }
        speak(client);
        state = act == ClientAct::half_close ? Connection::half_closed : Connection::ended;
    }

    void take(const std::string&, const ServerStep& step) {
        switch (step.act) {
            case ServerAct::start:
                if (server_ != Server::stopped) wrong("the server runs already; `server stop` or `server kill` first");
                server_ = Server::running;
                break;
            case ServerAct::start_fails:
                if (server_ == Server::running) wrong("the server runs already; `server stop` or `server kill` first");
                server_ = Server::stopped;
                break;
            case ServerAct::reload:
                require_server();
                break;
            case ServerAct::stop:
            case ServerAct::kill:
                require_server();
                server_ = Server::stopped;
                break;
        }
    }

    void take(const std::string&, const ListenCheck& check) {
        if (check.listens) require_server();
    }

    void take(const std::string&, const Repeat& repeat) {
        if (repeat.times == 0 && !repeat.computed) return;
        // Twice, because a round begins where the one before has ended.
        over(repeat.body);
        if (repeat.times != 1) over(repeat.body);
    }

    void take(const std::string&, const CountCheck&) { looked(); }
    void take(const std::string&, const ContentCheck&) { looked(); }
    void take(const std::string&, const SinkConnections&) { looked(); }
    void take(const std::string&, const SinkDialogueCheck&) { looked(); }
    void take(const std::string&, const SinkRule&) {}
    void take(const std::string&, const SinkOffers&) {}
    void take(const std::string&, const SinkState&) {}
    void take(const std::string&, const DnsRecord&) {}
    void take(const std::string&, const ChangeSetting&) {}

    void looked() {
        if (server_ == Server::untouched) server_ = Server::running;
    }

    std::vector<Diagnostic>& diagnostics_;
    std::map<std::string, Connection> connections_;
    std::string first_;
    Server server_ = Server::untouched;
    const Position* at_ = nullptr;
};

}  // namespace

void check_sense(const Case& made, std::vector<Diagnostic>& diagnostics) {
    if (std::none_of(made.statements.begin(), made.statements.end(), judges)) {
        diagnostics.push_back(
            {made.at,
             "the case cannot fail: nothing in it judges (`S:`, a check of a mailbox, the sink or the "
             "server)",
             ""});
    }
    Walk walk(diagnostics);
    walk.first_client(made.clients.front().name);
    walk.over(made.statements);
}

}  // namespace smtpspec::script
