#pragma once

#include "outgoing-mail/dns_answer.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace refserver::outgoing_mail::testing {

/// A reply of a DNS server (RFC 1035 §4.1) to one question.
std::string dns_message(const std::string& name, RecordType, int response_code, const std::vector<DnsRecord>& answer,
                        std::uint16_t id = 0);

/// A DNS server on UDP with a zone in memory.
class TinyDns {
public:
    struct Entry {
        int response_code = 0;
        std::vector<DnsRecord> answer;
    };
    /// By "name TYPE", such as "remote.example 15". What is not there does not exist (NXDOMAIN).
    explicit TinyDns(std::map<std::string, Entry> zone);
    ~TinyDns();
    TinyDns(const TinyDns&) = delete;
    TinyDns& operator=(const TinyDns&) = delete;

    std::string server() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    void serve();

    std::map<std::string, Entry> zone_;
    int socket_ = -1;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace refserver::outgoing_mail::testing
