#pragma once

#include "client/exchange.h"
#include "client/execute.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace smtpspec::client {

/// The values of `$names` in a running case.
class Names {
public:
    explicit Names(const Stage& stage) : stage_(stage) {}

    /// `$i` of the innermost `repeat`.
    void set_round(std::optional<int> i) { round_ = i; }
    std::optional<int> round() const { return round_; }

    /// `exchange`: of the client whose statement is read, for `size` and `rcptmax`; may be null.
    std::optional<std::string> value(std::string_view name, const Exchange* exchange) const;

    /// The address of a role, its domain. Throws CaseEnds (inconclusive) for a role without an address.
    std::string address(const std::string& role) const;
    std::string domain(const std::string& role) const;
    const Account& account(const std::string& role) const;

private:
    std::optional<std::string> address_if_any(std::string_view role) const;
    std::optional<std::string> of_role(std::string_view role, std::string_view attribute) const;
    std::optional<std::string> setting(const char* name) const;

    const Stage& stage_;
    std::optional<int> round_;
};

}  // namespace smtpspec::client
