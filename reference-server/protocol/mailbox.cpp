#include "protocol/mailbox.h"

#include "protocol/path.h"

namespace refserver::protocol {

std::string Mailbox::to_string() const {
    std::string text;
    Scanner scanner(local_part);
    const bool bare = local_part.find('"') == std::string::npos && !local_part.empty() &&
                      local_part.size() <= grammar::max_local_part &&
                      std::holds_alternative<std::string>(grammar::local_part(scanner)) && scanner.at_end();
    if (bare) {
        text = local_part;
    } else {
        text += '"';
        for (const char c : local_part) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    if (!domain.empty()) text.append("@").append(domain);
    return text;
}

}  // namespace refserver::protocol
