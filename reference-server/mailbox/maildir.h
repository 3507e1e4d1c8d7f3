#pragma once

#include "mailbox/file_operations.h"
#include "routing/destination.h"

#include <filesystem>
#include <mutex>
#include <set>
#include <string>

/// Delivery to hosted accounts: one Maildir each (X15), so that any IMAP server or mail reader opens them.
namespace refserver::mailbox {

/// Writes each copy to `tmp`, syncs it, renames it to `new` and syncs the directory: what `publish` has returned from
/// survives a crash (X20), and no reader ever sees half a mail.
///
/// A mail for several addresses of one account lands in its mailbox once: RFC 5321 leaves local delivery to the host,
/// and one message is what a reader expects. Above the content stand `Return-Path: <reverse-path>` (RFC 5321 §4.4) and
/// then the Received field; a Return-Path that the mail came with is left out, so that there is exactly one.
class MaildirDestination final : public routing::Destination {
public:
    /// One Maildir for each account below `root`; it and its parents are made when they are missing.
    explicit MaildirDestination(std::filesystem::path root, FileOperations& files = file_system());

    /// Makes `root`, so that a server that cannot deliver says so when it starts. Throws std::system_error.
    void make_root();

    std::unique_ptr<routing::Staged> stage(const routing::AcceptedMail&,
                                           std::span<const routing::Recipient> recipients) override;

private:
    int create_in_tmp(const std::string& account, const std::string& name);
    void make_maildir(const std::string& account);

    std::filesystem::path root_;
    FileOperations& files_;
    std::mutex mutex_;
    std::set<std::string> ready_;  ///< accounts whose Maildir is known to be there, and durable
};

}  // namespace refserver::mailbox
