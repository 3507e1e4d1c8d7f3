#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refserver::protocol {

/// What is wrong with an address of a header.
struct AddressDefect {
    enum class Kind { syntax, domain_not_qualified } kind = Kind::syntax;
    std::string field;  ///< its name as written
};

/// The value of an address field, unfolded: RFC 5322 §3.4 with what §4.4 still allows, empty list elements, UTF-8
/// (RFC 6532 §3.2), and `@` in an unquoted display name, which many programs write. Nothing: syntax error; else the
/// domains of all addresses.
std::optional<std::vector<std::string>> address_domains(std::string_view value);

/// Looks at the fields with addresses in the header of a submitted mail (RFC 6409 §4.2, §5.1): From, Sender, Reply-To,
/// To, Cc, Bcc and their Resent forms. Fed with the content as it comes.
class AddressFields {
public:
    /// `own_domain` counts as complete, and `localhost` does (RFC 6761 §6.3); others without a dot do not.
    explicit AddressFields(std::string own_domain) : own_domain_(std::move(own_domain)) {}

    void feed(std::string_view content);
    /// The first one.
    const std::optional<AddressDefect>& defect() const noexcept { return defect_; }

private:
    void end_line();
    void end_field();

    std::string own_domain_;
    std::string line_;
    std::string field_;
    bool in_header_ = true;
    std::optional<AddressDefect> defect_;
};

}  // namespace refserver::protocol
