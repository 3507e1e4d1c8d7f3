#include "runner/schedule.h"

#include "runner/settings.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <random>
#include <stdexcept>

namespace smtpspec::runner {
namespace {

/// Unlike std::shuffle the same everywhere for the same seed.
template <class T>
void shuffle(std::vector<T>& items, std::mt19937_64& random) {
    for (std::size_t i = items.size(); i > 1; --i) {
        std::swap(items[i - 1], items[random() % i]);
    }
}

}  // namespace

Shard parse_shard(const std::string& text) {
    Shard shard;
    const char* end = text.data() + text.size();
    const auto [slash, error] = std::from_chars(text.data(), end, shard.index);
    if (error == std::errc() && slash != end && *slash == '/') {
        const auto [rest, total_error] = std::from_chars(slash + 1, end, shard.total);
        if (total_error == std::errc() && rest == end && shard.index >= 1 && shard.index <= shard.total) {
            --shard.index;
            return shard;
        }
    }
    throw std::runtime_error("a shard is I/N with I from 1 to N, not " + text);
}

std::vector<Job> plan(const std::vector<SelectedCase>& cases, Shard shard, std::size_t repeat) {
    std::vector<Job> jobs;
    for (std::size_t round = 0; round < repeat; ++round) {
        for (std::size_t i = shard.index; i < cases.size(); i += shard.total) {
            if (!cases[i].excluded) {
                jobs.push_back({&cases[i], jobs.size() + 1});
            }
        }
    }
    return jobs;
}

std::vector<Group> group(const std::vector<Job>& jobs, const Catalogue& catalogue,
                         std::optional<script::Channel> channel, std::optional<std::uint64_t> seed) {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> by_settings;
    for (const Job& job : jobs) {
        const script::Case& scenario = job.selected->scenario;
        SettingMap settings = compose(catalogue.defaults(), catalogue.fixture(scenario.fixture), scenario.settings);
        if (channel && *channel != script::Channel::plain) {
            settings = with_tls(std::move(settings), *channel == script::Channel::implicit);
        }
        const bool starts_server = !begins_with_failing_start(scenario);
        if (scenario.alone || !starts_server) {
            groups.push_back({std::move(settings), true, starts_server, {job}});
            continue;
        }
        const auto [known, is_new] = by_settings.emplace(toml_document(settings), groups.size());
        if (is_new) {
            groups.push_back({std::move(settings), false, true, {}});
        }
        groups[known->second].jobs.push_back(job);
    }
    std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
        return a.alone != b.alone ? a.alone : a.jobs.size() > b.jobs.size();
    });
    if (seed) {
        std::mt19937_64 random(*seed);
        shuffle(groups, random);
        for (Group& one : groups) {
            shuffle(one.jobs, random);
        }
    }
    return groups;
}

std::string not_over(script::Channel channel, const script::Case& scenario, const SettingMap& settings) {
    if (channel != script::Channel::implicit) {
        return "";
    }
    if (!flag(settings, "smtp.outgoing.enabled")) {
        return "implicit TLS is the outgoing service's, which is off here";
    }
    const bool incoming = std::any_of(scenario.clients.begin(), scenario.clients.end(),
                                      [](const auto& one) { return one.to == script::PortRole::incoming; });
    return incoming ? "implicit TLS is the outgoing service's, and a client here connects to the incoming one" : "";
}

bool begins_with_failing_start(const script::Case& scenario) {
    for (const script::Statement& statement : scenario.statements) {
        if (std::holds_alternative<script::ChangeSetting>(statement.act)) {
            continue;
        }
        const auto* step = std::get_if<script::ServerStep>(&statement.act);
        return step && step->act == script::ServerAct::start_fails;
    }
    return false;
}

}  // namespace smtpspec::runner
