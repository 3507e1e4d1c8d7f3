#include "runner/catalogue.h"

#include "runner/settings.h"
#include "runner/text.h"
#include "runner/toml_reader.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace smtpspec::runner {
namespace fs = std::filesystem;

Catalogue::Catalogue(fs::path folder) : folder_(std::move(folder)) {
    const fs::path defaults = folder_ / "fixtures" / "settings" / "defaults.toml";
    if (!fs::is_directory(folder_ / "scenarios") || !fs::exists(defaults)) {
        throw std::runtime_error("there is no catalogue at " + folder_.string() +
                                 ": name its folder by --catalogue or SMTPSPEC_CATALOGUE");
    }
    for (const char* name : {"requirements.tsv", "settings.tsv"}) {
        const fs::path file = folder_ / "requirements" / name;
        requirements_.add(read_file(file), file.string());
    }
    const fs::path reasons = folder_ / "requirements" / "unasked.tsv";
    requirements_.add_reasons(read_file(reasons), reasons.string());
    defaults_ = read_toml(read_file(defaults), defaults.string());
    const fs::path scenarios = folder_ / "scenarios";
    for (const auto& entry :
         fs::recursive_directory_iterator(scenarios, fs::directory_options::follow_directory_symlink)) {
        if (entry.path().extension() == ".smtp") {
            prefixes_.push_back(fs::relative(entry.path(), scenarios).replace_extension().string());
        }
    }
    std::sort(prefixes_.begin(), prefixes_.end());
}

fs::path Catalogue::locate(const std::string& given) {
    if (!given.empty()) {
        return fs::absolute(given);
    }
    if (const char* variable = std::getenv("SMTPSPEC_CATALOGUE"); variable && *variable) {
        return fs::absolute(variable);
    }
    return fs::read_symlink("/proc/self/exe").parent_path().parent_path() / "share" / "smtpspec";
}

const SettingMap& Catalogue::fixture(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    if (const auto known = fixtures_.find(name); known != fixtures_.end()) {
        return known->second;
    }
    const fs::path file = folder_ / "fixtures" / "settings" / (name + ".toml");
    if (!fs::exists(file)) {
        throw std::runtime_error("there is no fixture " + name + did_you_mean(name, fixture_names()) +
                                 ": it would be " + file.string());
    }
    SettingMap settings = read_toml(read_file(file), file.string());
    try {
        compose(defaults_, settings, {});
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file.string() + ": " + error.what());
    }
    return fixtures_[name] = std::move(settings);
}

std::vector<std::string> Catalogue::fixture_names() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / "fixtures" / "settings")) {
        if (entry.path().extension() == ".toml" && entry.path().stem() != "defaults") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

namespace {

/// Where the file really is, from here if it is below: in reports people click on it.
fs::path shown_path(const fs::path& file) {
    const fs::path real = fs::weakly_canonical(file);
    const fs::path here = real.lexically_relative(fs::current_path());
    return here.empty() || *here.begin() == ".." ? real : here;
}

}  // namespace

fs::path Catalogue::scenario_file(const std::string& prefix) const {
    return folder_ / "scenarios" / (prefix + ".smtp");
}

script::ParseResult Catalogue::cases(const std::string& prefix) const {
    return parse(scenario_file(prefix), prefix);
}

script::ParseResult Catalogue::parse(const fs::path& file, const std::string& prefix) const {
    script::ParseContext context;
    context.id_prefix = prefix;
    context.oracle = [&](std::string_view name) -> std::optional<std::string> {
        const fs::path table = folder_ / "oracle" / (std::string(name) + ".table");
        return fs::exists(table) ? std::optional(read_file(table)) : std::nullopt;
    };
    context.requirement_exists = [&](std::string_view id) { return requirements_.find(std::string(id)) != nullptr; };
    context.requirement_ids = [&] { return requirements_.ids(); };
    context.fixture_exists = [&](std::string_view name) {
        return fs::exists(folder_ / "fixtures" / "settings" / (std::string(name) + ".toml"));
    };
    context.message_exists = [&](std::string_view name) { return fs::exists(messages() / name); };
    context.setting_exists = [&](std::string_view name) { return defaults_.contains(std::string(name)); };
    return script::parse(shown_path(file).string(), read_file(file), context);
}

}  // namespace smtpspec::runner
