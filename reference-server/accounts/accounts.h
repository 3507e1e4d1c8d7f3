#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Hosted accounts (X15): user, password, addresses.
namespace refserver::accounts {

struct Account {
    std::string user;
    std::string password;                ///< a crypt(3) hash (begins with `$`), or clear text (fixtures)
    std::vector<std::string> addresses;  ///< local-part@domain
};

/// Immutable once loaded; a reload makes a new one. Lookups never block.
class Directory {
public:
    /// Reads lines `user:password:address[,address…]`; `#` begins a comment line. All mistakes of the file go to
    /// `errors` as `file:line:column: message`; a file with mistakes yields null.
    static std::shared_ptr<const Directory> load(const std::filesystem::path&, std::vector<std::string>& errors);
    static std::shared_ptr<const Directory> from(std::vector<Account>);

    /// User names are compared without regard to ASCII case (X14).
    const Account* by_user(std::string_view user) const;
    /// The local part without regard to case, too: a hosted address has one mailbox however it is written (RFC 5321
    /// §2.4 leaves this to the host). The domain without regard to case.
    const Account* by_address(std::string_view local_part, std::string_view domain) const;
    const std::vector<Account>& all() const { return accounts_; }

private:
    std::vector<Account> accounts_;
    struct Index;
    std::shared_ptr<const Index> index_;
};

/// Compares exactly, in constant time for clear text; a hash costs what its method costs (about 100 ms for yescrypt):
/// call it on the worker pool. `stored` null (no such user) costs as much as a wrong password and is false.
bool password_matches(const std::string* stored, std::string_view given);

/// yescrypt.
std::string hash_password(std::string_view clear);

}  // namespace refserver::accounts
