#include "meddler/making.h"

#include <memory>
#include <regex>

namespace smtpspec::meddler {

MakeChanges with(const Changes& changes) {
    return [changes] { return changes; };
}

MakeChanges with_command(std::function<std::string(const std::string&)> change) {
    Changes changes;
    changes.command = std::move(change);
    return with(changes);
}

MakeChanges with_replies(std::function<std::string(const std::string&, std::string)> change) {
    Changes changes;
    changes.reply = std::move(change);
    return with(changes);
}

MakeChanges with_reply(std::string verb, std::function<std::string(std::string)> change) {
    return with_replies([verb = std::move(verb), change = std::move(change)](const std::string& of, std::string reply) {
        return of == verb ? change(std::move(reply)) : reply;
    });
}

MakeChanges every(const std::function<std::string(std::string)>& change) {
    return with_replies([change](const std::string&, std::string r) { return change(std::move(r)); });
}

MakeChanges beginning(const std::string& start, const std::function<std::string(const std::string&)>& change) {
    return every([start, change](const std::string& r) { return r.starts_with(start) ? change(r) : r; });
}

MakeChanges coded(std::string verb, const std::string& from, const std::string& to) {
    return with_reply(std::move(verb), [=](std::string r) { return replaced(std::move(r), from, to); });
}

MakeChanges edited(std::string verb, const char* pattern, const char* replacement) {
    return with_reply(std::move(verb), [expression = std::regex(pattern), replacement](const std::string& r) {
        return std::regex_replace(r, expression, replacement);
    });
}

MakeChanges with_content(std::function<std::string(std::string)> change) {
    Changes changes;
    changes.raw_content = std::move(change);
    return with(changes);
}

MakeChanges later_clients(const MakeChanges& make, int ports) {
    return [make, ports, seen = std::make_shared<int>(0)] { return (*seen)++ < ports ? Changes{} : make(); };
}

}  // namespace smtpspec::meddler
