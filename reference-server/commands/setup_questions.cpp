#include "commands/setup_questions.h"

#include "settings/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <istream>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace refserver::commands {

namespace {

using settings::Setting;
using settings::Value;

const Setting& named(std::string_view name) {
    return *settings::find_setting(name);
}

/// The name of this machine when it is one that the Internet could know.
std::string machine_domain() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "mail.example.org";
    const std::string text(name.data());
    const auto& setting = named("general.primary_domain");
    return text.find('.') != std::string::npos && !setting.wrong(text) ? text : "mail.example.org";
}

/// mail.example.org hosts example.org.
std::string mail_domain_of(const std::string& host) {
    const auto dot = host.find('.');
    const bool long_enough = dot != std::string::npos && host.find('.', dot + 1) != std::string::npos;
    return long_enough ? host.substr(dot + 1) : host;
}

std::string as_answer(const Value& value) {
    if (const auto* integer = std::get_if<std::uint64_t>(&value)) return std::to_string(*integer);
    if (const auto* string = std::get_if<std::string>(&value)) return *string;
    std::string joined;
    for (const auto& element : std::get<std::vector<std::string>>(value))
        joined += (joined.empty() ? "" : " ") + element;
    return joined;
}

std::optional<Value> from_answer(const Setting& setting, const std::string& answer) {
    if (std::holds_alternative<std::string>(setting.fallback)) return answer;
    if (std::holds_alternative<std::uint64_t>(setting.fallback)) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(answer.data(), answer.data() + answer.size(), number);
        if (error != std::errc{} || end != answer.data() + answer.size()) return std::nullopt;
        return number;
    }
    std::istringstream words(answer);
    std::vector<std::string> elements;
    for (std::string word; words >> word;) elements.push_back(word);
    return elements;
}

/// What is wrong with the value, elements of lists included.
std::optional<std::string> wrong(const Setting& setting, const Value& value) {
    if (const auto* elements = std::get_if<std::vector<std::string>>(&value)) {
        for (const auto& element : *elements) {
            if (auto reason = setting.format->wrong(element)) return reason;
        }
    }
    return setting.wrong(value);
}

/// One after the other, so that later proposals can follow earlier answers.
class Interview {
public:
    Interview(settings::Settings& settings, const Console& console, bool asks)
        : settings_(settings), console_(console), asks_(asks) {}

    void question(std::string_view name, const std::optional<Value>& given, const std::string& text) {
        const Setting& setting = named(name);
        if (given) {
            take(setting, *given);
        } else if (asks_) {
            while (!take_typed(setting, ask(console_, text, as_answer(setting.get(settings_))))) {
            }
        }
    }

    void propose(std::string_view name, const Value& value) { named(name).set(settings_, value); }

private:
    void take(const Setting& setting, const Value& value) {
        if (const auto reason = wrong(setting, value)) {
            throw std::runtime_error(std::string(setting.name) + ": " + *reason + "; allowed: " + setting.allowed());
        }
        setting.set(settings_, value);
    }

    bool take_typed(const Setting& setting, const std::string& answer) {
        const auto value = from_answer(setting, answer);
        const auto reason = value ? wrong(setting, *value) : "\"" + answer + "\" is no number";
        if (reason) {
            console_.error(*reason + "; allowed: " + setting.allowed());
            return false;
        }
        setting.set(settings_, *value);
        return true;
    }

    settings::Settings& settings_;
    const Console& console_;
    bool asks_;
};

template <class T>
std::optional<Value> given_value(const std::optional<T>& given) {
    return given ? std::optional<Value>(*given) : std::nullopt;
}

}  // namespace

settings::Settings initial_settings() {
    auto settings = settings::defaults();
    settings.general.primary_domain = machine_domain();
    settings.smtp.outgoing.enabled = true;
    settings.smtp.outgoing.access.authentication = true;
    return settings;
}

void take_answers(settings::Settings& settings, const SetupAnswers& given, bool fresh, const Console& console,
                  bool ask_nothing) {
    Interview interview(settings, console, console.asks && !ask_nothing);
    interview.question("general.primary_domain", given_value(given.primary_domain), "Name of this server in greetings");
    if (fresh) {
        interview.propose("general.local_domains", std::vector{mail_domain_of(settings.general.primary_domain)});
    }
    const auto domains = given.local_domains.empty() ? std::nullopt : std::optional<Value>(given.local_domains);
    interview.question("general.local_domains", domains, "Domains whose accounts are hosted here");
    if (fresh) {
        interview.propose("general.admin_email", "postmaster@" + settings.general.local_domains.front());
    }
    interview.question("general.admin_email", given_value(given.admin_email), "Address that gets postmaster's mail");
    interview.question("general.data_directory", given_value(given.data_directory),
                       "Folder for accounts, mailboxes and queue");
    interview.question("smtp.incoming.port", given_value(given.incoming_port),
                       "Incoming port (25 is recommended: mail from the Internet comes there)");
    interview.question("smtp.outgoing.port", given_value(given.outgoing_port),
                       "Outgoing port (2525 is recommended: another than the standard one is safer)");
}

std::string ask(const Console& console, const std::string& question, const std::string& proposal) {
    console.err << question << " [" << proposal << "]: " << std::flush;
    std::string line;
    if (!std::getline(console.in, line)) throw std::runtime_error("the answers ended early; nothing was written");
    return line.empty() ? proposal : line;
}

}  // namespace refserver::commands
