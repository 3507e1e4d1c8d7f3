#include "faults/memory.h"
#include "net/tls.h"

#include <atomic>

#include <openssl/ssl.h>

/// The server's side of TLS itself, and what goes on inside of it alone.
namespace refserver::faults {
namespace {

/// As the server makes its context, with another last word on it.
PutIn with_context(const net::TlsContext::Adjust& adjust) {
    return [adjust](service::ServeOptions& options) {
        options.seams.configuration = [adjust](service::Configuration& configuration) {
            const auto& files = configuration.settings.tls;
            if (!configuration.tls) return;
            configuration.tls = std::make_shared<net::TlsContext>(files.certificate, files.private_key, adjust);
        };
    };
}

/// The first handshake may only ask whether the server is there.
int refuse_without_name(SSL* connection, int* alert, void*) {
    static std::atomic<bool> first{true};
    if (first.exchange(false)) return SSL_TLSEXT_ERR_OK;
    if (SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name) != nullptr) return SSL_TLSEXT_ERR_OK;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

Faults tls_faults() {
    return {
        {"tls-1.3-only", {"8314-4-tls-1.2"}, "TLS 1.2 is not spoken", with_context([](SSL_CTX* context) {
             SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
         })},
        {"tls-1.2-only", {"8314-4-tls-1.2"}, "TLS 1.3 is not spoken", with_context([](SSL_CTX* context) {
             SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
         })},
        {"tls-client-certificate-demanded",
         {"8314-4.2-no-client-cert-request"},
         "no TLS for clients without a certificate",
         with_context([](SSL_CTX* context) {
             SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
         })},
        {"tls-server-name-demanded-but-of-the-first",
         {"7672-8.1-server-no-sni-demand"},
         "no TLS for clients, but the first, that do not say which server they mean",
         with_context([](SSL_CTX* context) { SSL_CTX_set_tlsext_servername_callback(context, refuse_without_name); })},
        {"tls-certificate-of-another",
         {"8314-4.4-valid-certificate"},
         "the certificate is for another name",
         with_settings([](settings::Settings& s) {
             s.tls.certificate = replaced(s.tls.certificate, "server.pem", "next-hop.pem");
             s.tls.private_key = replaced(s.tls.private_key, "server-key.pem", "next-hop-key.pem");
         })},
        {"requiretls-in-clear",
         {"8689-2-only-in-tls"},
         "REQUIRETLS is in the list before TLS, too",
         with_reply("EHLO",
                    [](const std::string& r) {
                        return r.find("REQUIRETLS") != std::string::npos
                                   ? r
                                   : replaced(r, "\r\n250-SIZE", "\r\n250-REQUIRETLS\r\n250-SIZE");
                    })},
        {"requiretls-refused",
         {"8689-4.1-tagging"},
         "MAIL with REQUIRETLS gets 555",
         answered_where(" REQUIRETLS$", "250", "555 5.5.4 no such parameter")},
        {"requiretls-with-a-value-accepted",
         {"8689-2-only-in-tls"},
         "the value of REQUIRETLS= does not count",
         with_command([](const std::string& line) { return rewritten(line, " REQUIRETLS=[^ ]*", " REQUIRETLS"); })},
        {"requiretls-forgotten",
         {"8689-4.1-tagging", "8689-4.2.1-not-sent-without-requiretls", "8689-4.2.1-nondelivery-sent"},
         "REQUIRETLS is accepted, and the mail goes to any next hop",
         with_mail([](routing::AcceptedMail& mail) { mail.envelope.require_tls = false; })},
        {"requiretls-overruled-by-the-header",
         {"8689-4.1-header-ignored-with-param"},
         "TLS-Required: No in the mail undoes REQUIRETLS",
         with_mail([](routing::AcceptedMail& mail) {
             const std::string text = mail.content->read(0, mail.content->size());
             if (text.find("TLS-Required: No\r\n") != std::string::npos) mail.envelope.require_tls = false;
         })},
    };
}

}  // namespace refserver::faults
