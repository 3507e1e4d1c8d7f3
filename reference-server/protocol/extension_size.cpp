#include "protocol/extensions.h"
#include "protocol/scanner.h"

#include <charconv>
#include <limits>

namespace refserver::protocol {
namespace {

/// RFC 1870 §3: 1 to 20 digits. What does not fit 64 bits is larger than any limit.
ParameterVerdict announced_size(const SessionState& session, std::optional<std::string_view> value,
                                Envelope& envelope) {
    if (!value || value->size() > 20) return ReplyName::bad_parameter;
    Scanner digits(*value);
    digits.take_while(is_digit);
    if (!digits.at_end()) return ReplyName::bad_parameter;
    std::uint64_t size_announced = 0;
    if (std::from_chars(value->begin(), value->end(), size_announced).ec != std::errc()) {
        size_announced = std::numeric_limits<std::uint64_t>::max();
    }
    const auto most = session.facts->max_mail_size;
    if (most != 0 && size_announced > most) return ReplyName::size_over_limit;
    envelope.announced_size = size_announced;
    return std::nullopt;
}

constexpr Parameter parameters[] = {{"SIZE", announced_size, nullptr}};

}  // namespace

constinit const Extension extension::size{
    .keyword = "SIZE",
    .keyword_parameters = [](const SessionState& session) { return std::to_string(session.facts->max_mail_size); },
    .longer_mail = 26,
    .parameters = parameters,
};

}  // namespace refserver::protocol
