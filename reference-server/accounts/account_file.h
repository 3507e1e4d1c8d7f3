#pragma once

#include "accounts/accounts.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The accounts file: one account a line, `user:password:address[,address…]`; empty lines and lines that begin with `#`
/// are kept and mean nothing.
namespace refserver::accounts {

struct ParsedAccounts {
    std::vector<Account> accounts;
    std::vector<std::string> errors;  ///< `file:line:column: error: what is wrong; what is allowed`
};

/// `name` stands for the file in errors.
ParsedAccounts parse_account_file(const std::string& name, std::string_view text);

/// What is wrong with one part of an account, or nothing. A user is the name of a folder, too.
std::optional<std::string> wrong_user(std::string_view user);
std::optional<std::string> wrong_password(std::string_view password);
std::optional<std::string> wrong_address(std::string_view address);

std::string to_line(const Account&);

/// Changes the file as a whole: whoever reads it sees the old content or the new one, and two changes at once follow
/// each other. `change` gets the text (empty when there is no file) and returns the new one; what it throws passes
/// through. Throws std::system_error when the file cannot be locked, read or written. A new file can be read by its
/// owner alone.
void rewrite(const std::filesystem::path& file, const std::function<std::string(const std::string& text)>& change);

/// Each changes the file at once and keeps every other line as it is. They throw std::runtime_error with one sentence
/// when the file has mistakes, the account is wrong or does not exist (or exists already, or takes another's address).
void add(const std::filesystem::path& file, const Account&);
void change_password(const std::filesystem::path& file, std::string_view user, std::string_view stored_password);
void remove(const std::filesystem::path& file, std::string_view user);

}  // namespace refserver::accounts
