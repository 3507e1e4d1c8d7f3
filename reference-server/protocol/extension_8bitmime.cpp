#include "protocol/extensions.h"
#include "protocol/scanner.h"

namespace refserver::protocol {
namespace {

bool binary_offered(const SessionState& session) {
    return session.facts->binary_mime;
}

ParameterVerdict body(const SessionState& session, std::optional<std::string_view> value, Envelope& envelope) {
    if (!value) return ReplyName::bad_parameter;
    if (equals_ignoring_case(*value, "7BIT")) {
        envelope.body = BodyType::seven_bit;
    } else if (equals_ignoring_case(*value, "8BITMIME")) {
        envelope.body = BodyType::eight_bit_mime;
    } else if (equals_ignoring_case(*value, "BINARYMIME") && binary_offered(session)) {
        envelope.body = BodyType::binary_mime;
    } else {
        return ReplyName::bad_parameter;
    }
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"BODY", body, nullptr}};

}  // namespace

constinit const Extension extension::eight_bit_mime{.keyword = "8BITMIME", .longer_mail = 17, .parameters = parameters};

/// RFC 3030 §3: another value of BODY.
constinit const Extension extension::binary_mime{.keyword = "BINARYMIME", .offered = binary_offered, .longer_mail = 16};

}  // namespace refserver::protocol
