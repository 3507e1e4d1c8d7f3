#pragma once

#include "net/channel.h"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

struct ssl_ctx_st;

namespace refserver::net {

/// Why a certificate or key cannot be used; the text is the cause alone.
class TlsError : public std::runtime_error {
public:
    enum class About { certificate, private_key };

    TlsError(About what, const std::string& cause) : std::runtime_error(cause), about(what) {}
    About about;
};

/// The server's side of TLS, 1.2 or later: a certificate chain and its key. Immutable; connections keep the one they
/// began with. Safe to use from many threads.
class TlsContext {
public:
    /// What is done to a context before it is used.
    using Adjust = std::function<void(ssl_ctx_st*)>;

    /// PEM files. Throws TlsError. `adjust`, if there is one, has the last word.
    TlsContext(const std::string& certificate_chain, const std::string& private_key, const Adjust& adjust = {});
    /// A channel that waits for the client's hello.
    std::unique_ptr<Channel> accept() const;

private:
    std::shared_ptr<ssl_ctx_st> context_;
};

}  // namespace refserver::net
