#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace smtpspec::client {

/// The client's side of TLS, without I/O: ciphertext in and out as strings. The server's certificate is
/// not verified: who the server is was settled by starting it.
class TlsSession {
public:
    /// "1.0" to "1.3": this version only; empty: any that OpenSSL allows.
    explicit TlsSession(const std::string& version);
    ~TlsSession();
    TlsSession(const TlsSession&) = delete;
    TlsSession& operator=(const TlsSession&) = delete;

    enum class Step {
        done,
        needs_input,  ///< ciphertext from the peer
        closed,       ///< the peer said close_notify
        failed        ///< see error()
    };

    void feed(std::string_view ciphertext);  ///< what came from the peer
    std::string take_output();               ///< what has to be sent to the peer

    Step handshake();
    Step write(std::string_view plain);
    /// Appends all that can be read now to `plain`.
    Step read(std::string& plain);
    void say_goodbye();  ///< close_notify

    std::string description() const;  ///< "TLSv1.3 TLS_AES_256_GCM_SHA384"
    const std::string& error() const { return error_; }

private:
    struct Handle;
    Step step_of(int result);

    std::unique_ptr<Handle> handle_;
    std::string error_;
};

}  // namespace smtpspec::client
