#include "sink/names.h"

namespace smtpspec::sink {

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::string domain_of(std::string_view address) {
    bool in_quotes = false;
    std::size_t at = std::string_view::npos;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (in_quotes && address[i] == '\\') {
            ++i;
        } else if (address[i] == '"') {
            in_quotes = !in_quotes;
        } else if (address[i] == '@' && !in_quotes) {
            at = i;
        }
    }
    return at == std::string_view::npos ? "" : lower_case(address.substr(at + 1));
}

bool is_at_or_below(std::string_view name, std::string_view domain) {
    return !domain.empty() && name.ends_with(domain) &&
           (name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.');
}

}  // namespace smtpspec::sink
