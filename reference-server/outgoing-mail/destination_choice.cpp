#include "outgoing-mail/destination_choice.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <random>

namespace refserver::outgoing_mail {

namespace {

Result permanent(std::string status, std::string answer) {
    return {Outcome::permanent, std::move(answer), std::move(status), {}, false};
}

Result temporary(std::string answer) {
    return {Outcome::temporary, std::move(answer), "4.4.3", {}, false};
}

}  // namespace

Hosts choose_hosts(const std::string& domain, const Lookup& mx, const std::string& own_name, std::uint32_t seed) {
    switch (mx.status) {
        case Lookup::Status::failed:
            return temporary(mx.reason);
        case Lookup::Status::no_such_name:
            return permanent("5.1.2", "there is no domain " + domain);
        case Lookup::Status::no_records:
            return std::vector{domain};
        case Lookup::Status::found:
            break;
    }
    auto records = mx.records;
    // RFC 7505: a domain that takes no mail. Beside real hosts such a record means nothing.
    std::erase_if(records, [](const DnsRecord& r) { return r.value.empty(); });
    if (records.empty()) return permanent("5.1.10", "the domain " + domain + " takes no mail (null MX)");

    std::shuffle(records.begin(), records.end(), std::minstd_rand{seed});
    std::stable_sort(records.begin(), records.end(),
                     [](const DnsRecord& a, const DnsRecord& b) { return a.preference < b.preference; });
    const auto self = std::find_if(records.begin(), records.end(),
                                   [&](const DnsRecord& r) { return lower(r.value) == lower(own_name); });
    if (self != records.end()) {
        const auto own_preference = self->preference;
        std::erase_if(records, [&](const DnsRecord& r) { return r.preference >= own_preference; });
        if (records.empty())
            return permanent("5.4.6", "mail for " + domain + " would come back here: this host is its best MX");
    }
    std::vector<std::string> hosts;
    for (const auto& r : records) {
        if (std::find(hosts.begin(), hosts.end(), r.value) == hosts.end()) hosts.push_back(r.value);
    }
    return hosts;
}

Result no_address(const std::string& host, bool is_mx, const Lookup& v4, const Lookup& v6) {
    for (const auto* lookup : {&v4, &v6}) {
        if (lookup->status == Lookup::Status::failed) return temporary(lookup->reason);
    }
    if (is_mx) return permanent("5.4.4", "the mail server " + host + " has no address");
    return permanent("5.1.2", "the domain " + host + " has neither mail servers nor an address");
}

}  // namespace refserver::outgoing_mail
