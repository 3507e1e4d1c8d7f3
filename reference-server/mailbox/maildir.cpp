#include "mailbox/maildir.h"

#include "mailbox/unique_name.h"

#include <system_error>
#include <vector>

namespace refserver::mailbox {
namespace {

namespace fs = std::filesystem;

/// Makes what is missing of `directory` and its parents, and syncs each parent that got a new entry.
void make_durable_directory(FileOperations& files, const fs::path& directory) {
    if (directory.empty() || fs::is_directory(directory)) return;
    const fs::path parent = directory.parent_path();
    make_durable_directory(files, parent);
    files.make_directory(directory);
    files.sync_directory(parent.empty() ? fs::path(".") : parent);
}

/// The copies of one mail, one for each mailbox.
class Copies final : public routing::Staged {
public:
    explicit Copies(FileOperations& files) : files_(files) {}
    Copies(const Copies&) = delete;
    Copies& operator=(const Copies&) = delete;

    ~Copies() override {
        for (const auto& copy : copies_) {
            if (!copy.published) files_.remove_quietly(copy.in_tmp());
        }
    }

    void add(fs::path maildir, std::string name) { copies_.push_back({std::move(maildir), std::move(name)}); }

    void publish() override {
        try {
            for (auto& copy : copies_) {
                files_.rename(copy.in_tmp(), copy.in_new());
                copy.published = true;
            }
            for (const auto& copy : copies_) files_.sync_directory(copy.maildir / "new");
        } catch (...) {
            withdraw();
            throw;
        }
    }

    void withdraw() noexcept override {
        for (const auto& copy : copies_) {
            if (!copy.published) continue;
            files_.remove_quietly(copy.in_new());
            try {
                files_.sync_directory(copy.maildir / "new");
            } catch (const std::system_error&) {
                // The client is told of a failure and will try again: at worst a crash leaves one copy more, never one
                // fewer.
                continue;
            }
        }
    }

private:
    struct Copy {
        fs::path maildir;
        std::string name;
        bool published = false;
        fs::path in_tmp() const { return maildir / "tmp" / name; }
        fs::path in_new() const { return maildir / "new" / name; }
    };

    FileOperations& files_;
    std::vector<Copy> copies_;
};

}  // namespace

MaildirDestination::MaildirDestination(fs::path root, FileOperations& files) : root_(std::move(root)), files_(files) {}

void MaildirDestination::make_root() {
    make_durable_directory(files_, root_);
}

std::unique_ptr<routing::Staged> MaildirDestination::stage(const routing::AcceptedMail& mail,
                                                           std::span<const routing::Recipient> recipients) {
    std::set<std::string> accounts;
    for (const auto& recipient : recipients) accounts.insert(recipient.account);

    const std::string header = "Return-Path: <" + mail.envelope.reverse_path + ">\r\n" + mail.received_field;
    const auto spans = without_return_path(*mail.content);
    auto copies = std::make_unique<Copies>(files_);
    for (const auto& account : accounts) {
        const std::string name = unique_name();
        const int fd = create_in_tmp(account, name);
        copies->add(root_ / account, name);
        try {
            files_.write(fd, header);
            for (const Span span : spans) files_.write(fd, *mail.content, span);
            files_.sync(fd);
        } catch (...) {
            files_.close_quietly(fd);
            throw;
        }
        files_.close(fd);
    }
    return copies;
}

int MaildirDestination::create_in_tmp(const std::string& account, const std::string& name) {
    {
        const std::lock_guard lock(mutex_);
        if (!ready_.contains(account)) make_maildir(account);
    }
    const fs::path path = root_ / account / "tmp" / name;
    try {
        return files_.create(path);
    } catch (const std::system_error& e) {
        if (e.code() != std::errc::no_such_file_or_directory) throw;
    }
    // Somebody has removed the Maildir while the server was running.
    const std::lock_guard lock(mutex_);
    make_maildir(account);
    return files_.create(path);
}

void MaildirDestination::make_maildir(const std::string& account) {
    const fs::path maildir = root_ / account;
    make_root();
    files_.make_directory(maildir);
    for (const char* part : {"tmp", "new", "cur"}) files_.make_directory(maildir / part);
    // Also when all of it was there: whoever made it may not have come to this point.
    files_.sync_directory(maildir);
    files_.sync_directory(root_);
    ready_.insert(account);
}

}  // namespace refserver::mailbox
