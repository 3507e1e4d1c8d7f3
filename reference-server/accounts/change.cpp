#include "accounts/account_file.h"

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace refserver::accounts {

namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
    throw std::system_error(errno, std::generic_category(), file.string() + ": " + what);
}

/// Closes the file when it goes.
class OpenFile {
public:
    OpenFile(const std::filesystem::path& file, int flags, mode_t mode)
        : descriptor_(open(file.c_str(), flags, mode)) {}
    ~OpenFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    int operator*() const { return descriptor_; }
    bool is_open() const { return descriptor_ >= 0; }

private:
    int descriptor_;
};

std::string read_all(const OpenFile& from, const std::filesystem::path& file) {
    std::string text;
    char block[4096];
    for (;;) {
        const auto count = read(*from, block, sizeof block);
        if (count < 0) fail(file, "cannot be read");
        if (count == 0) return text;
        text.append(block, static_cast<std::size_t>(count));
    }
}

void write_all(const OpenFile& to, std::string_view text, const std::filesystem::path& file) {
    while (!text.empty()) {
        const auto count = write(*to, text.data(), text.size());
        if (count < 0) fail(file, "cannot be written");
        text.remove_prefix(static_cast<std::size_t>(count));
    }
}

std::string folded(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::vector<Account> sound_accounts(const std::filesystem::path& file, const std::string& text) {
    auto parsed = parse_account_file(file.string(), text);
    if (!parsed.errors.empty()) throw std::runtime_error(parsed.errors.front() + "; mend the file first");
    return std::move(parsed.accounts);
}

/// Where the line of the user begins and ends, its line end included.
std::pair<std::size_t, std::size_t> line_of(const std::string& text, std::string_view user) {
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        const auto line = std::string_view(text).substr(begin, end - begin);
        if (folded(line.substr(0, line.find(':'))) == folded(user)) return {begin, end};
        begin = end;
    }
    throw std::runtime_error("there is no account \"" + std::string(user) + "\"; `account list` shows all");
}

Account account_of(const std::vector<Account>& accounts, std::string_view user) {
    const auto found = std::find_if(accounts.begin(), accounts.end(),
                                    [&](const auto& account) { return folded(account.user) == folded(user); });
    return found == accounts.end() ? Account{} : *found;
}

/// What would end a field or a line early could make two accounts of one.
void refuse(const std::optional<std::string>& wrong) {
    if (wrong) throw std::runtime_error(*wrong);
}

}  // namespace

void rewrite(const std::filesystem::path& named, const std::function<std::string(const std::string& text)>& change) {
    // Behind a symbolic link the file is replaced, not the link.
    const auto file = std::filesystem::is_symlink(named) ? std::filesystem::canonical(named) : named;
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    // The lock is on the folder, which stays while the file is replaced, and leaves no file behind.
    const OpenFile directory(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (!directory.is_open() || flock(*directory, LOCK_EX) != 0) fail(folder, "cannot be locked");
    std::string text;
    mode_t mode = 0600;
    {
        const OpenFile old(file, O_RDONLY | O_CLOEXEC, 0);
        if (old.is_open()) {
            struct stat status {};
            if (fstat(*old, &status) == 0) mode = status.st_mode & 0777;
            text = read_all(old, file);
        } else if (errno != ENOENT) {
            fail(file, "cannot be read");
        }
    }
    const std::string changed = change(text);
    auto temporary = file;
    temporary += ".new";
    {
        const OpenFile fresh(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
        if (!fresh.is_open()) fail(temporary, "cannot be written");
        write_all(fresh, changed, temporary);
        if (fchmod(*fresh, mode) != 0 || fsync(*fresh) != 0) fail(temporary, "cannot be written");
    }
    if (rename(temporary.c_str(), file.c_str()) != 0 || fsync(*directory) != 0) fail(file, "cannot be replaced");
}

void add(const std::filesystem::path& file, const Account& account) {
    refuse(wrong_user(account.user));
    refuse(wrong_password(account.password));
    if (account.addresses.empty()) throw std::runtime_error("an account needs at least one address");
    for (const auto& address : account.addresses) refuse(wrong_address(address));
    rewrite(file, [&](const std::string& text) {
        sound_accounts(file, text);
        std::string changed = text;
        if (!changed.empty() && changed.back() != '\n') changed += '\n';
        changed += to_line(account) + '\n';
        // The parser knows what an account may be, and what may not be there twice.
        const auto parsed = parse_account_file(file.string(), changed);
        if (!parsed.errors.empty()) {
            const auto& error = parsed.errors.front();
            throw std::runtime_error(error.substr(error.find("error: ") + 7));
        }
        return changed;
    });
}

void change_password(const std::filesystem::path& file, std::string_view user, std::string_view stored_password) {
    refuse(wrong_password(stored_password));
    rewrite(file, [&](const std::string& text) {
        Account account = account_of(sound_accounts(file, text), user);
        const auto [begin, end] = line_of(text, user);
        account.password = stored_password;
        return text.substr(0, begin) + to_line(account) + '\n' + text.substr(end);
    });
}

void remove(const std::filesystem::path& file, std::string_view user) {
    rewrite(file, [&](const std::string& text) {
        sound_accounts(file, text);
        const auto [begin, end] = line_of(text, user);
        return text.substr(0, begin) + text.substr(end);
    });
}

}  // namespace refserver::accounts
