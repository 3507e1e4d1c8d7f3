#include "protocol/extensions.h"

#include <algorithm>

/// RFC 6710.
namespace refserver::protocol {
namespace {

/// §7: a digit, or a minus and a digit above 0.
std::optional<int> priority_value(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    if (text.size() != 1 || text.front() < (negative ? '1' : '0') || text.front() > '9') return std::nullopt;
    const int digit = text.front() - '0';
    return negative ? -digit : digit;
}

ParameterVerdict mt_priority(const SessionState& session, std::optional<std::string_view> value, Envelope& envelope) {
    envelope.asked_priority = priority_value(value.value_or(""));
    if (!envelope.asked_priority) return ReplyName::bad_parameter;
    // §4.1: anybody may lower the priority of a mail, but raise it only who is known.
    const bool trusted = !session.login.empty();
    envelope.priority = trusted ? *envelope.asked_priority : std::min(*envelope.asked_priority, 0);
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"MT-PRIORITY", mt_priority, nullptr}};

}  // namespace

/// No name of a policy (§9.2): all 19 priorities are distinct here, which is more than any registered policy wants.
constinit const Extension extension::mt_priority{
    .keyword = "MT-PRIORITY",
    .longer_mail = 15,
    .parameters = parameters,
};

}  // namespace refserver::protocol
