#include "protocol/path.h"

#include "protocol/domain.h"

#include <algorithm>

namespace refserver::protocol::grammar {
namespace {

bool is_atext(char c) noexcept {
    return is_let_dig(c) || is_non_ascii(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Dot-string or Atom.
std::optional<std::string> dot_string(Scanner& in) {
    Scanner ahead = in;
    std::size_t length = 0;
    for (;;) {
        const auto atom = ahead.take_while(is_atext);
        if (atom.empty()) return std::nullopt;
        length += atom.size();
        if (!ahead.take('.')) return std::string(in.take(length));
        ++length;
    }
}

std::optional<std::string> quoted_string(Scanner& in) {
    Scanner ahead = in;
    if (!ahead.take('"')) return std::nullopt;
    std::string value;
    while (!ahead.take('"')) {
        const bool quoted_pair = ahead.take('\\');
        const char c = ahead.peek();
        if (is_non_ascii(c) ? quoted_pair : c < ' ' || c > '~') return std::nullopt;
        value += ahead.take(std::size_t{1});
    }
    in = ahead;
    return value;
}

/// A-d-l ":"; consumes it.
bool source_route(Scanner& in) {
    do {
        if (!in.take('@') || !domain(in)) return false;
    } while (in.take(','));
    return in.take(':');
}

std::variant<Mailbox, PathError> path(Scanner& in) {
    Scanner ahead = in;
    if (!ahead.take('<')) return PathError::syntax;
    if (ahead.peek() == '@' && !source_route(ahead)) return PathError::syntax;
    auto address = mailbox(ahead);
    if (std::holds_alternative<PathError>(address)) return address;
    if (!ahead.take('>')) return PathError::syntax;
    if (in.rest().size() - ahead.rest().size() > max_path) return PathError::path_too_long;
    in = ahead;
    return address;
}

}  // namespace

std::variant<std::string, PathError> local_part(Scanner& in) {
    Scanner ahead = in;
    auto value = ahead.peek() == '"' ? quoted_string(ahead) : dot_string(ahead);
    if (!value) return PathError::syntax;
    if (in.rest().size() - ahead.rest().size() > max_local_part) return PathError::local_part_too_long;
    in = ahead;
    return *std::move(value);
}

std::variant<Mailbox, PathError> mailbox(Scanner& in) {
    Scanner ahead = in;
    auto local = local_part(ahead);
    if (const auto* error = std::get_if<PathError>(&local)) return *error;
    if (!ahead.take('@')) return PathError::syntax;
    const auto host = ahead.peek() == '[' ? address_literal(ahead) : domain(ahead);
    if (!host) return PathError::syntax;
    if (host->size() > max_domain) return PathError::domain_too_long;
    in = ahead;
    return Mailbox{std::get<std::string>(std::move(local)), std::string(*host)};
}

std::variant<ReversePath, PathError> reverse_path(Scanner& in) {
    if (in.take("<>")) return ReversePath{};
    auto address = path(in);
    if (const auto* error = std::get_if<PathError>(&address)) return *error;
    return ReversePath{std::get<Mailbox>(std::move(address))};
}

std::variant<Mailbox, PathError> forward_path(Scanner& in) {
    Scanner ahead = in;
    if (ahead.take('<')) {
        const auto name = ahead.take_while(is_alpha);
        if (equals_ignoring_case(name, "postmaster") && ahead.take('>')) {
            in = ahead;
            return Mailbox{std::string(name), ""};
        }
    }
    return path(in);
}

bool string_or_mailbox(Scanner& in) {
    if (in.peek() == '<') return std::holds_alternative<Mailbox>(forward_path(in));
    Scanner ahead = in;
    if (std::holds_alternative<Mailbox>(mailbox(ahead))) {
        in = ahead;
        return true;
    }
    return std::holds_alternative<std::string>(local_part(in));
}

bool has_non_ascii(std::string_view text) noexcept {
    return std::ranges::any_of(text, is_non_ascii);
}

bool has_non_ascii(const Mailbox& address) noexcept {
    return has_non_ascii(address.local_part) || has_non_ascii(address.domain);
}

}  // namespace refserver::protocol::grammar
