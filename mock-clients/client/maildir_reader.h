#pragma once

#include "client/patience.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace smtpspec::client {

/// One file of a Maildir.
struct StoredMail {
    std::filesystem::path path;
    std::int64_t arrived_ns = 0;  ///< modification time
};

/// Reads a Maildir that somebody else writes to. It need not exist yet.
class MaildirReader {
public:
    explicit MaildirReader(std::filesystem::path maildir) : maildir_(std::move(maildir)) {}

    /// What is in new/ and cur/, in order of arrival: by time, then by name.
    std::vector<StoredMail> list() const;

    /// Waits until `enough` says true, which is asked at once and after each change. False: patience is over.
    bool wait_until(const std::function<bool()>& enough, const Patience&) const;

    /// No mail of ours is longer, and no server can make us read more of a file.
    static constexpr std::size_t longest_mail = std::size_t{64} << 20;
    /// The first `most` octets of the file; empty when it is gone.
    static std::string read(const StoredMail&, std::size_t most = longest_mail);

private:
    std::filesystem::path maildir_;
};

}  // namespace smtpspec::client
