#include "client/message_check.h"

#include "client/expression.h"
#include "client/text.h"

#include <algorithm>

#include <strings.h>

namespace smtpspec::client {

namespace {

constexpr std::size_t shown = 60;  // octets around a difference

bool has_cr(std::string_view text) {
    return text.find('\r') != std::string_view::npos;
}

std::string with_mail_line_ends(const std::string& stored) {
    return has_cr(stored) ? stored : replaced(stored, "\n", "\r\n");
}

std::size_t common_suffix(std::string_view a, std::string_view b) {
    const auto [end, ignored] =
        std::mismatch(a.rbegin(), a.rbegin() + static_cast<std::ptrdiff_t>(std::min(a.size(), b.size())), b.rbegin());
    return static_cast<std::size_t>(end - a.rbegin());
}

bool may_precede(std::string_view added, std::string_view content) {
    if (added.empty() || is_header_fields(added)) return true;
    const std::string_view first_line = content.substr(0, content.find('\n') + 1);
    if (is_header_fields(first_line)) return false;
    for (const std::string_view empty_line : {"\r\n", "\n"}) {
        if (added.ends_with(empty_line) && is_header_fields(added.substr(0, added.size() - empty_line.size())))
            return true;
    }
    return false;
}

std::string first_difference(std::string_view stored, std::string_view content) {
    const std::size_t common = common_suffix(stored, content);
    if (common == content.size()) {
        return "what stands before the content sent is no header section: \"" +
               readable(stored.substr(0, stored.size() - common), shown) + "\"";
    }
    const auto before_common = [common](std::string_view text) {
        const std::size_t end = text.size() - common;
        const std::size_t start = end - std::min(end, shown);
        return "\"" + readable(text.substr(start, end - start)) + "\"";
    };
    return "it differs from what was sent, looking back from octet " + std::to_string(content.size() - common) +
           " of the content: sent " + before_common(content) + ", found " + before_common(stored);
}

std::optional<std::string> differs(const std::string& what, const std::optional<std::string>& got,
                                   const std::string& wanted) {
    if (!got) return "there is no " + what;
    if (*got == wanted) return std::nullopt;
    return what + " is \"" + readable(*got) + "\", not \"" + readable(wanted) + "\"";
}

std::string field_name(const script::MessageCheck& check) {
    return "field " + check.name + (check.occurrence > 1 ? " number " + std::to_string(check.occurrence) : "");
}

std::optional<std::string> pattern_difference(const std::string& what, const std::optional<std::string>& got,
                                              const script::Pattern& pattern, const CheckContext& context) {
    if (!got) return "there is no " + what;
    if (Expression(context.pattern(pattern), pattern.ignore_case).found_in(*got) != pattern.negated)
        return std::nullopt;
    return what + " is \"" + readable(*got) + "\"";
}

std::optional<std::string> parameter(const SunkMail& mail, std::string name) {
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (const auto found = mail.mail_parameters.find(name); found != mail.mail_parameters.end()) return found->second;
    for (const auto& [recipient, parameters] : mail.recipient_parameters) {
        if (const auto found = parameters.find(name); found != parameters.end()) return found->second;
    }
    return std::nullopt;
}

std::optional<std::string> envelope_difference(const script::MessageCheck& check, const SunkMail& mail,
                                               const std::string& wanted) {
    using Kind = script::MessageCheckKind;
    if (check.kind == Kind::reverse_path_is) return differs("the reverse-path", "<" + mail.reverse_path + ">", wanted);
    if (check.kind == Kind::parameter_is)
        return differs("parameter " + check.name, parameter(mail, check.name), wanted);
    return differs("the next hop's address", mail.came_to, wanted);
}

}  // namespace

std::optional<std::string> not_as_sent(const std::string& stored, const std::vector<std::string>& contents) {
    if (contents.empty()) return "no client sent the content of a mail";
    std::size_t best = 0;
    std::string explanation;
    for (const std::string& sent : contents) {
        const std::string content = has_cr(stored) ? sent : replaced(sent, "\r\n", "\n");
        const std::size_t common = common_suffix(stored, content);
        if (common == content.size() &&
            may_precede(std::string_view(stored).substr(0, stored.size() - common), content)) {
            return std::nullopt;
        }
        if (explanation.empty() || common > best) explanation = first_difference(stored, content);
        best = std::max(best, common);
    }
    return explanation;
}

std::optional<std::string> difference(const script::MessageCheck& check, const FoundMessage& found,
                                      const CheckContext& context) {
    using Kind = script::MessageCheckKind;
    if (check.kind == Kind::as_sent) return not_as_sent(found.octets, context.contents);
    const Message message(with_mail_line_ends(found.octets));
    const std::string wanted = context.text(check.value);
    switch (check.kind) {
        case Kind::header_is:
            return differs(field_name(check), message.field(check.name, check.occurrence), wanted);
        case Kind::header_matching:
            return pattern_difference(field_name(check), message.field(check.name, check.occurrence), *check.pattern,
                                      context);
        case Kind::no_header:
            return message.field(check.name, 1) ? std::optional("there is a field " + check.name) : std::nullopt;
        case Kind::first_header: {
            if (message.header().empty()) return "there are no header fields";
            const std::string& first = message.header().front().name;
            return ::strcasecmp(first.c_str(), check.name.c_str()) == 0 ? std::nullopt
                                                                        : std::optional("the first field is " + first);
        }
        case Kind::body_is:
            return differs("the body", std::string(message.body()), wanted);
        case Kind::contains:
        case Kind::not_contains: {
            const bool contained = message.octets().find(wanted) != std::string::npos;
            if (contained == (check.kind == Kind::contains)) return std::nullopt;
            return std::string(contained ? "it contains \"" : "it does not contain \"") + readable(wanted) + "\"";
        }
        default:
            if (!found.sunk) return "a mailbox knows no envelope";
            return envelope_difference(check, *found.sunk, wanted);
    }
}

}  // namespace smtpspec::client
