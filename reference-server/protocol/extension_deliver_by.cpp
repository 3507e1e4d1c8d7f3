#include "protocol/extensions.h"
#include "protocol/scanner.h"

#include <charconv>

/// RFC 2852.
namespace refserver::protocol {
namespace {

/// Less is over before a first attempt at another host can have had its answers.
constexpr std::chrono::seconds minimum{2};

/// §4: a sign and up to nine digits, `;`, `N` or `R`, and perhaps `T`.
std::optional<DeliverBy> by_value(std::string_view value, std::chrono::system_clock::time_point now) {
    Scanner in(value);
    const bool negative = in.take('-');
    if (!negative) in.take('+');
    const auto digits = in.take_while(is_digit);
    if (digits.empty() || digits.size() > 9 || !in.take(';')) return std::nullopt;
    int seconds = 0;
    std::from_chars(digits.begin(), digits.end(), seconds);
    DeliverBy by;
    by.within = std::chrono::seconds(negative ? -seconds : seconds);
    by.time = now + by.within;
    by.or_return = in.take('R') || in.take('r');
    if (!by.or_return && !in.take('N') && !in.take('n')) return std::nullopt;
    by.trace = in.take('T') || in.take('t');
    if (!in.at_end()) return std::nullopt;
    return by;
}

ParameterVerdict deliver_by(const SessionState& session, std::optional<std::string_view> value, Envelope& envelope) {
    envelope.deliver_by = by_value(value.value_or(""), session.now);
    if (!envelope.deliver_by) return ReplyName::bad_parameter;
    const auto& by = *envelope.deliver_by;
    // §4: what is over already can be told of, but not be kept.
    if (by.or_return && by.within <= std::chrono::seconds(0)) return ReplyName::bad_parameter;
    if (by.or_return && by.within < minimum) return ReplyName::deliver_by_too_short;
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"BY", deliver_by, nullptr}};

}  // namespace

constinit const Extension extension::deliver_by{
    .keyword = "DELIVERBY",
    .offered = [](const SessionState& session) { return session.facts->deliver_by; },
    .keyword_parameters = [](const SessionState& /*session*/) { return std::to_string(minimum.count()); },
    .longer_mail = 17,
    .parameters = parameters,
};

}  // namespace refserver::protocol
