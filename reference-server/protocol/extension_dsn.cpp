#include "protocol/extensions.h"
#include "protocol/scanner.h"
#include "protocol/utf8.h"
#include "protocol/xtext.h"

#include <algorithm>

/// RFC 3461 §4.
namespace refserver::protocol {
namespace {

constexpr std::size_t max_envelope_id = 100;
constexpr std::size_t max_original_recipient = 500;

std::string upper_case(std::string_view text) {
    std::string upper(text);
    std::ranges::transform(upper, upper.begin(), to_upper);
    return upper;
}

ParameterVerdict ret(const SessionState& /*session*/, std::optional<std::string_view> value, Envelope& envelope) {
    envelope.ret = upper_case(value.value_or(""));
    if (envelope.ret != "FULL" && envelope.ret != "HDRS") return ReplyName::bad_parameter;
    return std::nullopt;
}

ParameterVerdict envid(const SessionState& /*session*/, std::optional<std::string_view> value, Envelope& envelope) {
    if (!value || value->size() > max_envelope_id) return ReplyName::bad_parameter;
    auto decoded = xtext_decode(*value);
    if (!decoded || !is_printable(*decoded)) return ReplyName::bad_parameter;
    envelope.envelope_id = *std::move(decoded);
    return std::nullopt;
}

/// `NEVER`, or a comma list of the others.
ParameterVerdict notify(const SessionState& /*session*/, std::optional<std::string_view> value,
                        EnvelopeRecipient& recipient) {
    const auto wanted = upper_case(value.value_or(""));
    Scanner in(wanted);
    do {
        const auto keyword = in.take_while(is_alpha);
        const bool listed = keyword == "SUCCESS" || keyword == "FAILURE" || keyword == "DELAY";
        if (!listed && wanted != "NEVER") return ReplyName::bad_parameter;
    } while (in.take(','));
    if (!in.at_end()) return ReplyName::bad_parameter;
    recipient.notify = wanted;
    return std::nullopt;
}

/// The type of the address, `;`, xtext of the address. The type `utf-8` (RFC 6533 §3) may have more than ASCII in it.
ParameterVerdict orcpt(const SessionState& /*session*/, std::optional<std::string_view> value,
                       EnvelopeRecipient& recipient) {
    if (!value || value->size() > max_original_recipient) return ReplyName::bad_parameter;
    Scanner in(*value);
    const auto type = in.take_while([](char c) { return is_let_dig(c) || c == '-'; });
    if (type.empty() || !in.take(';')) return ReplyName::bad_parameter;
    auto address = xtext_decode(in.rest());
    if (!address || address->empty()) return ReplyName::bad_parameter;
    const bool international = equals_ignoring_case(type, "utf-8");
    if (international) address = unitext_decode(*address);
    const bool fits =
        std::ranges::all_of(*address, [&](char c) { return is_non_ascii(c) ? international : c >= ' ' && c <= '~'; });
    if (!fits || !is_utf8(*address)) return ReplyName::bad_parameter;
    recipient.original_recipient = std::string(type) + ";" + *address;
    return std::nullopt;
}

constexpr Parameter parameters[] = {
    {"RET", ret, nullptr},
    {"ENVID", envid, nullptr},
    {"NOTIFY", nullptr, notify},
    {"ORCPT", nullptr, orcpt},
};

}  // namespace

/// §5.4: 1036 octets have to fit.
constinit const Extension extension::dsn{
    .keyword = "DSN",
    .offered = [](const SessionState& session) { return session.facts->dsn; },
    .longer_mail = 524,
    .longer_rcpt = 524,
    .parameters = parameters,
};

}  // namespace refserver::protocol
