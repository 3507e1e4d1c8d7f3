#include "protocol/extensions.h"
#include "protocol/scanner.h"

namespace refserver::protocol {
namespace {

ParameterVerdict body(const SessionState& /*session*/, std::optional<std::string_view> value, Envelope& envelope) {
    if (value && equals_ignoring_case(*value, "7BIT")) {
        envelope.body = BodyType::seven_bit;
    } else if (value && equals_ignoring_case(*value, "8BITMIME")) {
        envelope.body = BodyType::eight_bit_mime;
    } else {
        return ReplyName::bad_parameter;
    }
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"BODY", body, nullptr}};

}  // namespace

constinit const Extension extension::eight_bit_mime{"8BITMIME", always, nullptr, 17, 0, parameters};

}  // namespace refserver::protocol
