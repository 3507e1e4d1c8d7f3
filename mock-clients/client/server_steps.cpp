#include "client/server_steps.h"

#include "client/case_ends.h"
#include "client/endpoint.h"
#include "client/mock_client.h"
#include "client/text.h"

#include <thread>

namespace smtpspec::client {

namespace {

constexpr int status_of_unsupported = 77;
constexpr Milliseconds time_to_fail{2'000};
constexpr Milliseconds time_to_settle{2'000};
constexpr Milliseconds between_looks{10};

/// A case that meets a target which cannot express its settings says nothing about the server.
[[noreturn]] void cannot_express(const std::string& reason) {
    CaseEnds ends(Outcome::not_observable, reason);
    ends.missing = "setting";
    throw CaseEnds(ends);
}

std::optional<std::string> start_difference(const Stage& stage) {
    try {
        stage.server->start();
        return std::nullopt;
    } catch (const ServerControl::CannotExpress& reason) {
        cannot_express(reason.what());
    } catch (const std::runtime_error& failure) {
        return "expected the server to start; got " + std::string(failure.what());
    }
}

std::optional<std::string> failing_start_difference(const Stage& stage) {
    const auto exit = stage.server->start_expecting_failure(scaled(time_to_fail, stage));
    const std::string wanted = "expected the start to fail with status 1 within 2 s; got ";
    const std::string said = exit.standard_error.empty() ? "" : ", saying: " + readable(exit.standard_error);
    if (exit.exited && exit.status == status_of_unsupported) {
        cannot_express(readable(exit.standard_error.substr(0, exit.standard_error.find('\n'))));
    }
    const std::string doing = exit.activity.empty() ? "" : " (" + exit.activity + ")";
    if (!exit.exited) return wanted + "a server that runs" + doing + said;
    if (exit.status != 1) return wanted + "status " + std::to_string(exit.status) + said;
    return std::nullopt;
}

bool accepts(const std::string& address, std::uint16_t port, const Patience& patience) {
    try {
        connect("", address, port, patience);
        return true;
    } catch (const ConnectFailed&) {
        return false;
    }
}

}  // namespace

std::optional<std::string> server_difference(const script::ServerStep& step, const Stage& stage) {
    switch (step.act) {
        case script::ServerAct::reload:
            stage.server->reload();
            return std::nullopt;
        case script::ServerAct::stop:
            stage.server->stop();
            return std::nullopt;
        case script::ServerAct::kill:
            stage.server->kill();
            return std::nullopt;
        case script::ServerAct::start:
            return start_difference(stage);
        case script::ServerAct::start_fails:
            return failing_start_difference(stage);
    }
    return std::nullopt;
}

std::optional<std::string> listen_difference(const std::string& address, script::PortRole role, bool listens,
                                             const Stage& stage) {
    const bool incoming = role == script::PortRole::incoming;
    const std::uint16_t port = incoming ? stage.incoming_port : stage.outgoing_port;
    const Patience patience(scaled(time_to_settle, stage), stage.cancelled);
    while (accepts(address, port, patience) != listens) {
        if (patience.poll_ms() == 0) {
            return std::string("expected ") + (listens ? "a server" : "no server") + " on " + address + " port " +
                   std::to_string(port) + "; got " + (listens ? "none" : "one");
        }
        std::this_thread::sleep_for(between_looks);
    }
    return std::nullopt;
}

}  // namespace smtpspec::client
