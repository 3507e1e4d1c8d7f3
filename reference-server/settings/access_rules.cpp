#include "settings/access_rules.h"

namespace refserver::settings {

namespace {

std::vector<access::IpRange> parse_all(const std::vector<std::string>& texts) {
    std::vector<access::IpRange> ranges;
    ranges.reserve(texts.size());
    for (const auto& text : texts) ranges.push_back(access::IpRange::parse(text).value());
    return ranges;
}

}  // namespace

access::Rules access_rules(const Settings& settings) {
    const auto& outgoing = settings.smtp.outgoing;
    return {.outgoing_enabled = outgoing.enabled,
            .authentication = outgoing.access.authentication,
            .ip_range_control = outgoing.access.ip_range_control,
            .ip_ranges = parse_all(outgoing.access.ip_ranges),
            .block_local_ips = outgoing.access.block_local_ips,
            .safe_ips = parse_all(outgoing.access.safe_ips),
            .allow_local_ips = outgoing.access.allow_local_ips};
}

}  // namespace refserver::settings
