#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace smtpspec::client {

/// What the handshake fails without.
struct TlsDemands {
    std::string version;  ///< "1.0" to "1.3": this one only; empty: any that OpenSSL allows
    std::string name;     ///< the server's certificate is valid today and for this name; who signed it does not matter
    bool anonymous = false;  ///< the server does not ask for a certificate of the client's
};

/// The client's side of TLS, without I/O: ciphertext in and out as strings. The server's certificate is
/// not verified unless demanded: who the server is was settled by starting it.
class TlsSession {
public:
    explicit TlsSession(const TlsDemands&);
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
    bool demands_met();

    std::unique_ptr<Handle> handle_;
    TlsDemands demands_;
    std::string error_;
};

}  // namespace smtpspec::client
