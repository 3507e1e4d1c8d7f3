#pragma once

#include "protocol/session_state.h"

#include <span>
#include <string_view>

namespace refserver::protocol {

/// A set of phases.
using Phases = unsigned;
constexpr Phases only(Phase phase) noexcept {
    return 1U << static_cast<unsigned>(phase);
}
inline constexpr Phases any_phase =
    only(Phase::connected) | only(Phase::ready) | only(Phase::sender) | only(Phase::recipients) | only(Phase::chunks);

enum class Argument { none, optional, required };

/// What the dispatcher checks before a handler runs.
struct Verb {
    std::string_view name;
    Phases phases;    ///< elsewhere: 503 5.5.1
    bool needs_ehlo;  ///< belongs to an extension: 503 5.5.1 after HELO
    Argument argument;
    void (*handle)(SessionState&, std::string_view argument);
    std::string_view syntax;  ///< for HELP
};

std::span<const Verb> verbs() noexcept;
const Verb* find_verb(std::string_view name) noexcept;

/// The longest line, with CR LF, for this verb with the extensions on offer (RFC 5321 §4.5.3.1.4).
std::size_t longest_line(const SessionState&, const Verb*) noexcept;

/// A complete command line.
void dispatch(SessionState&, const CommandLine&);

// The handlers, one file for each group.
void ehlo(SessionState&, std::string_view argument);  // session_greeting.cpp
void helo(SessionState&, std::string_view argument);
void quit(SessionState&, std::string_view argument);
void mail(SessionState&, std::string_view argument);  // session_envelope.cpp
void rcpt(SessionState&, std::string_view argument);
void rset(SessionState&, std::string_view argument);
void data(SessionState&, std::string_view argument);      // session_data.cpp
void auth(SessionState&, std::string_view argument);      // session_auth.cpp
void starttls(SessionState&, std::string_view argument);  // session_tls.cpp
void vrfy(SessionState&, std::string_view argument);      // session_vrfy.cpp
void expn(SessionState&, std::string_view argument);
void help(SessionState&, std::string_view argument);  // session_help.cpp
void noop(SessionState&, std::string_view argument);

void bdat(SessionState&, std::string_view argument);  // session_chunking.cpp

// What is not a command.
void take_data(SessionState&, std::string_view& input);   // session_data.cpp
void take_chunk(SessionState&, std::string_view& input);  // session_chunking.cpp
void content_committed(SessionState&, CommitOutcome);     // session_content.cpp
void take_sasl_line(SessionState&, const CommandLine&);   // session_auth.cpp
enum class LoginOutcome { right, wrong, unavailable };
void login_answered(SessionState&, LoginOutcome);
void tls_established(SessionState&, std::string version, std::string cipher);  // session_tls.cpp

}  // namespace refserver::protocol
