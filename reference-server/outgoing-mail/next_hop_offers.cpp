#include "outgoing-mail/next_hop_offers.h"

#include <charconv>
#include <string_view>

namespace refserver::outgoing_mail {

namespace {

// Words in upper case; `=` separates too, for the `AUTH=PLAIN` that some servers still send.
std::vector<std::string> words(std::string_view line) {
    std::vector<std::string> out;
    std::string word;
    for (const char c : line) {
        const bool ends = c == ' ' || c == '\t' || (c == '=' && out.empty());
        if (!ends) {
            word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        } else if (!word.empty()) {
            out.push_back(std::move(word));
            word.clear();
        }
    }
    if (!word.empty()) out.push_back(std::move(word));
    return out;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

NextHopOffers NextHopOffers::from_ehlo(const Reply& reply) {
    NextHopOffers offers;
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        const auto word = words(reply.lines[i]);
        if (word.empty()) continue;
        const auto& keyword = word[0];
        if (keyword == "PIPELINING") offers.pipelining = true;
        if (keyword == "8BITMIME") offers.eight_bit_mime = true;
        if (keyword == "SMTPUTF8") offers.smtputf8 = true;
        if (keyword == "DSN") offers.dsn = true;
        if (keyword == "STARTTLS") offers.starttls = true;
        if (keyword == "REQUIRETLS") offers.require_tls = true;
        if (keyword == "MT-PRIORITY") offers.mt_priority = true;
        if (keyword == "DELIVERBY") {
            offers.deliver_by = true;
            // Behind a comma stands what nobody has defined yet.
            if (word.size() > 1) offers.min_by_time = number(word[1].substr(0, word[1].find(','))).value_or(0);
        }
        if (keyword == "CHUNKING") offers.chunking = true;
        if (keyword == "BINARYMIME") offers.binary_mime = true;
        if (keyword == "SIZE") {
            offers.size = true;
            if (word.size() > 1) offers.max_size = number(word[1]).value_or(0);
        }
        for (std::size_t w = 1; w < word.size(); ++w) {
            if (keyword == "AUTH") {
                offers.auth = true;
                offers.auth_mechanisms.push_back(word[w]);
            }
            if (keyword == "LIMITS" && word[w].starts_with("RCPTMAX=")) {
                const auto most = number(std::string_view{word[w]}.substr(8));
                if (most && *most > 0) offers.max_recipients = most;
            }
        }
    }
    return offers;
}

}  // namespace refserver::outgoing_mail
