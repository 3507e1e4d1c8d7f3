#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// A mail on its way from a session to mailboxes and queue.
namespace refserver::routing {

/// The octets of a mail: kept in memory while small (256 KiB), in an unlinked temporary file beyond that. Appending
/// never throws; a failure (disk full) is remembered and reported by `failed`, and the mail is then refused at commit.
class Content {
public:
    /// The directory is used only when the mail grows beyond memory.
    explicit Content(std::string temporary_directory);
    ~Content();
    Content(const Content&) = delete;
    Content& operator=(const Content&) = delete;

    void append(std::string_view octets) noexcept;
    bool failed() const noexcept { return static_cast<bool>(error_); }
    /// Why it failed; no error while it has not.
    std::error_code error() const noexcept { return error_; }
    std::uint64_t size() const noexcept { return size_; }
    /// Writes all octets to the file descriptor; throws std::system_error.
    void write_to(int fd) const { write_to(fd, 0, size_); }
    /// Those from `from` up to, not including, `to`.
    void write_to(int fd, std::uint64_t from, std::uint64_t to) const;
    /// For reports and small mails; throws std::system_error.
    std::string read(std::uint64_t offset, std::size_t at_most) const;

private:
    void append_to_file(std::string_view octets);

    std::string directory_;
    std::string memory_;
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::error_code error_;
};

/// DSN parameters as given, decoded (RFC 3461); empty where not given.
struct Recipient {
    std::string address;  ///< local-part@domain as the client wrote it, without source route
    bool hosted = false;
    std::string account;             ///< user of the hosted account
    std::string notify;              ///< "", "NEVER", or a comma list of SUCCESS, FAILURE, DELAY
    std::string original_recipient;  ///< ORCPT: `rfc822;…`
};

/// Until when a mail is to be delivered, and what else (RFC 2852).
struct DeliverBy {
    std::chrono::system_clock::time_point time;
    bool or_return = false;  ///< then it is over; else the sender is told, and delivery goes on
    bool trace = false;      ///< the sender is told of each host that passes it on
    bool was_over = false;   ///< when it came: who passed it on here has told the sender
};

struct Envelope {
    std::string reverse_path;  ///< without angle brackets; empty: null reverse-path
    std::vector<Recipient> recipients;
    bool eight_bit = false;  ///< BODY=8BITMIME
    bool binary = false;     ///< BODY=BINARYMIME
    bool smtputf8 = false;
    bool require_tls = false;
    int priority = 0;  ///< MT-PRIORITY (RFC 6710), as this server has decided
    std::optional<DeliverBy> deliver_by;
    bool report = false;      ///< composed by the outgoing mail service, which may encode it anew on its way
    std::string ret;          ///< DSN: "FULL", "HDRS" or ""
    std::string envelope_id;  ///< DSN: ENVID
    std::string auth;         ///< AUTH= of MAIL, decoded; "<>" or ""
};

struct AcceptedMail {
    Envelope envelope;
    std::string received_field;  ///< the Received: field with its final CR LF, to stand above the content
    std::shared_ptr<Content> content;
    std::string connection_id;  ///< for the log
};

}  // namespace refserver::routing
