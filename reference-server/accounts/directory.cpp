#include "accounts/account_file.h"
#include "accounts/accounts.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>
#include <unordered_map>

namespace refserver::accounts {

namespace {

/// ASCII only: other letters have no case that all systems agree on.
std::string folded(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

}  // namespace

struct Directory::Index {
    std::unordered_map<std::string, std::size_t> by_user;
    std::unordered_map<std::string, std::size_t> by_address;
};

std::shared_ptr<const Directory> Directory::load(const std::filesystem::path& file, std::vector<std::string>& errors) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) {
        errors.push_back(file.string() + ": is a folder; an accounts file is needed");
        return nullptr;
    }
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream) {
        errors.push_back(file.string() + ": cannot be read: " + std::generic_category().message(errno));
        return nullptr;
    }
    auto parsed = parse_account_file(file.string(), text);
    if (!parsed.errors.empty()) {
        errors.insert(errors.end(), parsed.errors.begin(), parsed.errors.end());
        return nullptr;
    }
    return from(std::move(parsed.accounts));
}

std::shared_ptr<const Directory> Directory::from(std::vector<Account> accounts) {
    auto index = std::make_shared<Index>();
    for (std::size_t i = 0; i < accounts.size(); ++i) {
        index->by_user.emplace(folded(accounts[i].user), i);
        for (const auto& address : accounts[i].addresses) index->by_address.emplace(folded(address), i);
    }
    auto directory = std::make_shared<Directory>();
    directory->accounts_ = std::move(accounts);
    directory->index_ = std::move(index);
    return directory;
}

const Account* Directory::by_user(std::string_view user) const {
    if (!index_) return nullptr;
    const auto found = index_->by_user.find(folded(user));
    return found == index_->by_user.end() ? nullptr : &accounts_[found->second];
}

const Account* Directory::by_address(std::string_view local_part, std::string_view domain) const {
    if (!index_) return nullptr;
    const auto found = index_->by_address.find(folded(std::string(local_part) + "@" + std::string(domain)));
    return found == index_->by_address.end() ? nullptr : &accounts_[found->second];
}

}  // namespace refserver::accounts
