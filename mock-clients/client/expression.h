#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace smtpspec::client {

/// A regular expression that the system's library does not take.
struct BadExpression : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A POSIX extended regular expression. `^` and `$` are the ends of the whole text, `.` is any octet but NUL;
/// the text itself may hold NUL.
class Expression {
public:
    /// Throws BadExpression.
    Expression(const std::string& expression, bool ignore_case);
    ~Expression();
    Expression(const Expression&) = delete;
    Expression& operator=(const Expression&) = delete;

    bool found_in(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

}  // namespace smtpspec::client
