#include "protocol/extensions.h"

#include "protocol/esmtp_parameters.h"

#include <array>

namespace refserver::protocol {
namespace {

constexpr std::array table{
    &extension::pipelining,
    &extension::size,
    &extension::eight_bit_mime,
    &extension::binary_mime,
    &extension::chunking,
    &extension::smtputf8,
    &extension::enhanced_status_codes,
    &extension::dsn,
    &extension::limits,
    &extension::start_tls,
    &extension::require_tls,
    &extension::mt_priority,
    &extension::deliver_by,
    &extension::authentication,
    &extension::help,
    &extension::vrfy,
};

template <typename Target, typename Member>
ParameterVerdict apply(const SessionState& session, std::string_view rest, Target& target, Member member) {
    Scanner scanner(rest);
    const auto given = grammar::esmtp_parameters(scanner);
    if (!given) return ReplyName::bad_parameter;
    for (auto it = given->begin(); it != given->end(); ++it) {
        for (auto earlier = given->begin(); earlier != it; ++earlier) {
            if (equals_ignoring_case(earlier->keyword, it->keyword)) return ReplyName::repeated_parameter;
        }
        const Parameter* known = nullptr;
        for (const auto* extension : table) {
            if (!session.extended || !extension->offered(session)) continue;
            for (const auto& parameter : extension->parameters) {
                if (parameter.*member && equals_ignoring_case(parameter.keyword, it->keyword)) known = &parameter;
            }
        }
        if (!known) return ReplyName::unknown_parameter;
        if (const auto verdict = (known->*member)(session, it->value, target)) return verdict;
    }
    return std::nullopt;
}

}  // namespace

std::span<const Extension* const> extensions() noexcept {
    return table;
}

std::string ehlo_text(const SessionState& session) {
    std::string text = session.facts->primary_domain;
    for (const auto* extension : table) {
        if (!extension->offered(session)) continue;
        text.append("\n").append(extension->keyword);
        if (extension->keyword_parameters) text.append(" ").append(extension->keyword_parameters(session));
    }
    return text;
}

ParameterVerdict apply_mail_parameters(const SessionState& session, std::string_view rest, Envelope& envelope) {
    return apply(session, rest, envelope, &Parameter::of_mail);
}

ParameterVerdict apply_rcpt_parameters(const SessionState& session, std::string_view rest,
                                       EnvelopeRecipient& recipient) {
    return apply(session, rest, recipient, &Parameter::of_rcpt);
}

bool always(const SessionState& /*session*/) {
    return true;
}

namespace extension {
constinit const Extension pipelining{.keyword = "PIPELINING"};
constinit const Extension chunking{.keyword = "CHUNKING"};
constinit const Extension enhanced_status_codes{.keyword = "ENHANCEDSTATUSCODES"};
constinit const Extension help{.keyword = "HELP"};
constinit const Extension vrfy{.keyword = "VRFY"};
}  // namespace extension

}  // namespace refserver::protocol
