#include "protocol/received_field.h"

#include "protocol/scanner.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include <idn2.h>

namespace refserver::protocol {
namespace {

/// What comes from a library and not from a checked grammar (names of ciphers) may only be an atom here.
std::string as_atom(std::string_view text) {
    std::string atom;
    for (const char c : text) atom += is_let_dig(c) || c == '-' || c == '_' ? c : '-';
    return atom;
}

/// In a comment dots are allowed as well: `TLSv1.3`.
std::string in_comment(std::string_view text) {
    std::string safe;
    for (const char c : text) safe += is_let_dig(c) || c == '-' || c == '_' || c == '.' ? c : '-';
    return safe;
}

/// A domain with A-labels as its U-labels, a domain without any, or with broken ones, as it is.
std::string with_u_labels(const std::string& domain) {
    char* text = nullptr;
    if (idn2_to_unicode_8z8z(domain.c_str(), &text, IDN2_NONTRANSITIONAL) != IDN2_OK) return domain;
    std::string result(text);
    idn2_free(text);
    return result;
}

}  // namespace

std::string to_address_literal(const std::string& address) {
    return (address.find(':') == std::string::npos ? "[" : "[IPv6:") + address + "]";
}

std::string transmission_type(const Trace& trace) {
    if (!trace.extended) return "SMTP";
    std::string type = trace.smtputf8 ? "UTF8SMTP" : "ESMTP";
    if (trace.tls) type += 'S';
    if (trace.authenticated) type += 'A';
    return type;
}

std::string date_time(std::chrono::system_clock::time_point when, std::chrono::minutes zone) {
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    const auto local = std::chrono::floor<std::chrono::seconds>(when) + zone;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(local - day);
    const auto ahead = std::abs(zone.count());
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d %c%02d%02d",
                  days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                  months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), zone.count() < 0 ? '-' : '+', static_cast<int>(ahead / 60),
                  static_cast<int>(ahead % 60));
    return text.data();
}

std::chrono::minutes local_zone(std::chrono::system_clock::time_point when) {
    const auto seconds = std::chrono::system_clock::to_time_t(when);
    std::tm local{};
    if (!localtime_r(&seconds, &local)) return std::chrono::minutes(0);
    return std::chrono::minutes(local.tm_gmtoff / 60);
}

std::string received_field(const Trace& trace, std::chrono::system_clock::time_point when, std::chrono::minutes zone) {
    // RFC 6531 §3.7.3.
    const auto name = [&](const std::string& domain) { return trace.smtputf8 ? with_u_labels(domain) : domain; };
    std::string field =
        "Received: from " + name(trace.client_name) + " (" + to_address_literal(trace.client_address) + ")";
    field += "\r\n\tby " + name(trace.server_name) + " with " + transmission_type(trace);
    field += "\r\n\tid " + as_atom(trace.id);
    if (!trace.single_recipient.empty()) field += "\r\n\tfor <" + trace.single_recipient + ">";
    if (trace.priority) field += "\r\n\tpriority " + std::to_string(*trace.priority);
    if (trace.tls && !trace.tls_cipher.empty()) {
        // RFC 8314 §4.3: the value is the cipher suite.
        field += "\r\n\ttls " + as_atom(trace.tls_cipher) + " (" + in_comment(trace.tls_version) + ")";
    }
    return field + ";\r\n\t" + date_time(when, zone) + "\r\n";
}

}  // namespace refserver::protocol
