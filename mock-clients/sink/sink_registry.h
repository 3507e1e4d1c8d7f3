#pragma once

#include "sink/next_hop.h"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::sink {

/// What has been told to the sink and what mail came to it, by domain. Safe for any number of threads.
class SinkRegistry {
public:
    void answer(const std::string& domain, client::SinkAnswer);
    /// The answer that counts now for the verb, told for `domain` or one above it; one of its uses is taken.
    std::optional<client::SinkAnswer> take_answer(std::string_view verb, const std::string& domain);

    void offer(std::vector<std::string> keywords);
    /// The lines of the EHLO reply after the first, if something was told about them.
    std::optional<std::vector<std::string>> offered() const;

    /// Files one transaction under the domain of each of its recipients.
    void add(const client::SunkMail&);
    std::vector<client::SunkMail> mails(const std::string& domain, std::size_t at_least,
                                        std::chrono::milliseconds wait) const;

    void forget(const std::string& domain);

private:
    mutable std::mutex mutex_;
    mutable std::condition_variable arrived_;
    std::map<std::string, std::vector<client::SinkAnswer>> answers_;
    std::map<std::string, std::vector<client::SunkMail>> mails_;
    std::optional<std::vector<std::string>> offered_;
};

}  // namespace smtpspec::sink
