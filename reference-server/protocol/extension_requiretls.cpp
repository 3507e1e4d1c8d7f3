#include "protocol/extensions.h"

namespace refserver::protocol {
namespace {

ParameterVerdict require_tls(const SessionState& /*session*/, std::optional<std::string_view> value,
                             Envelope& envelope) {
    if (value) return ReplyName::bad_parameter;
    envelope.require_tls = true;
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"REQUIRETLS", require_tls, nullptr}};

}  // namespace

/// RFC 8689 §2: only inside TLS.
constinit const Extension extension::require_tls{
    .keyword = "REQUIRETLS",
    .offered = [](const SessionState& session) { return session.facts->require_tls && session.tls; },
    .longer_mail = 11,
    .parameters = parameters,
};

}  // namespace refserver::protocol
