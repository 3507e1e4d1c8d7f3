#pragma once

#include "client/execute.h"
#include "client/patience.h"

#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::client {

/// The events of one case in order; bounded, so that a server that talks without end cannot fill the memory.
class Transcript {
public:
    explicit Transcript(double scale);

    void opened(const std::string& client, std::string_view what) { add(client, "opened", what); }
    void sent(const std::string& client, std::string_view octets) { add(client, "sent", octets); }
    void received(const std::string& client, std::string_view octets) { add(client, "received", octets); }
    void closed(const std::string& client, std::string_view what) { add(client, "closed", what); }
    void tls(const std::string& client, std::string_view what) { add(client, "tls", what); }
    void note(const std::string& client, std::string_view what) { add(client, "note", what); }

    Milliseconds elapsed() const;
    std::vector<TranscriptEntry> take() { return std::move(entries_); }

private:
    void add(const std::string& client, const char* direction, std::string_view data);
    void append(const std::string& client, const char* direction, std::string_view data);

    Clock::time_point began_ = Clock::now();
    std::size_t left_;
    bool full_ = false;
    std::vector<TranscriptEntry> entries_;
};

}  // namespace smtpspec::client
