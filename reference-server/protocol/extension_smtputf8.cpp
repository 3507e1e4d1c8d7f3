#include "protocol/extensions.h"

namespace refserver::protocol {
namespace {

ParameterVerdict smtputf8(const SessionState& /*session*/, std::optional<std::string_view> value, Envelope& envelope) {
    if (value) return ReplyName::bad_parameter;
    envelope.smtputf8 = true;
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"SMTPUTF8", smtputf8, nullptr}};

}  // namespace

/// RFC 6531 §3.1 item 8: MAIL, VRFY and EXPN may be longer by the parameter.
constinit const Extension extension::smtputf8{
    .keyword = "SMTPUTF8",
    .offered = [](const SessionState& session) { return session.facts->smtputf8; },
    .longer_mail = 10,
    .longer_vrfy = 10,
    .parameters = parameters,
};

}  // namespace refserver::protocol
