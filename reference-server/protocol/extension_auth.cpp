#include "protocol/extensions.h"
#include "protocol/path.h"
#include "protocol/sasl.h"
#include "protocol/xtext.h"

namespace refserver::protocol {
namespace {

/// RFC 4954 §5: xtext of a mailbox or `<>`. Nobody is trusted to speak for another submitter who has not logged in:
/// then it counts as `<>`.
ParameterVerdict submitter(const SessionState& session, std::optional<std::string_view> value, Envelope& envelope) {
    const auto decoded = value ? xtext_decode(*value) : std::nullopt;
    if (!decoded) return ReplyName::bad_parameter;
    Scanner in(*decoded);
    if (!in.take("<>") && !std::holds_alternative<Mailbox>(grammar::mailbox(in))) return ReplyName::bad_parameter;
    if (!in.at_end()) return ReplyName::bad_parameter;
    envelope.auth = session.login.empty() ? "<>" : *decoded;
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"AUTH", submitter, nullptr}};

}  // namespace

constinit const Extension extension::authentication{
    .keyword = "AUTH",
    .offered = authentication_offered,
    .keyword_parameters =
        [](const SessionState& session) { return std::string(sasl_mechanisms(challenges_offered(session))); },
    .longer_mail = 500,
    .parameters = parameters,
};

}  // namespace refserver::protocol
