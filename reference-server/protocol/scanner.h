#pragma once

#include <cstddef>
#include <string_view>

namespace refserver::protocol {

constexpr bool is_alpha(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_let_dig(char c) noexcept {
    return is_alpha(c) || is_digit(c);
}
constexpr bool is_non_ascii(char c) noexcept {
    return static_cast<unsigned char>(c) >= 0x80;
}
constexpr char to_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Without regard to ASCII case (RFC 5321 §2.4).
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_upper(a[i]) != to_upper(b[i])) return false;
    }
    return true;
}

/// Reads a command's argument from left to right. `take…` consumes only on success.
class Scanner {
public:
    explicit constexpr Scanner(std::string_view text) noexcept : rest_(text) {}

    constexpr bool at_end() const noexcept { return rest_.empty(); }
    constexpr std::string_view rest() const noexcept { return rest_; }
    /// The next octet; NUL at the end (the dispatcher has refused NUL in commands).
    constexpr char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }

    constexpr bool take(char c) noexcept {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Literal text, without regard to case.
    constexpr bool take(std::string_view text) noexcept {
        if (!equals_ignoring_case(rest_.substr(0, text.size()), text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }
    constexpr std::string_view take(std::size_t count) noexcept {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    template <typename Predicate>
    constexpr std::string_view take_while(Predicate matches) noexcept {
        std::size_t count = 0;
        while (count < rest_.size() && matches(rest_[count])) ++count;
        return take(count);
    }

private:
    std::string_view rest_;
};

}  // namespace refserver::protocol
