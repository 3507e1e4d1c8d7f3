#include "faults/memory.h"
#include "protocol/base64.h"

#include <algorithm>
#include <regex>

/// Logins: the exchange itself, SCRAM-SHA-256, and what AUTH= of MAIL says.
namespace refserver::faults {
namespace {

/// The words of `AUTH MECHANISM RESPONSE`, the response decoded.
struct Attempt {
    std::string mechanism;
    std::string response;
};
Attempt attempt(const std::string& line) {
    static const std::regex form("AUTH +([^ ]+)(?: +([^ ]+))?", std::regex::icase);
    std::smatch found;
    if (!std::regex_match(line, found, form)) return {};
    return {upper(found[1].str()), protocol::base64_decode(found[2].str()).value_or("")};
}

/// Changes the response that comes with AUTH of that mechanism.
PutIn with_response(std::string mechanism, std::function<std::string(std::string)> change) {
    return with_command([=](const std::string& line) {
        const Attempt now = attempt(line);
        if (now.mechanism != mechanism || now.response.empty()) return line;
        return "AUTH " + mechanism + " " + protocol::base64_encode(change(now.response));
    });
}

/// Replies to a line of an exchange of SCRAM-SHA-256: the first message (that stands behind AUTH) is number 1.
PutIn with_scram(std::function<std::string(int message, const std::string& first, std::string reply)> change) {
    return with_memory([change] {
        auto message = std::make_shared<int>(0);
        auto first = std::make_shared<std::string>();
        Changes changes;
        changes.command = [=](const std::string& line) {
            const Attempt now = attempt(line);
            if (now.mechanism == "SCRAM-SHA-256") {
                *message = 1;
                *first = now.response;
            } else if (*message > 0) {
                ++*message;
            }
            return line;
        };
        changes.reply = [=](const std::string&, const std::string& reply) {
            const int now = *message;
            if (!reply.starts_with("334")) *message = 0;
            return now == 0 ? reply : change(now, *first, reply);
        };
        return changes;
    });
}

PutIn scram_first_refused(std::function<bool(const std::string& first)> which) {
    return with_scram([which](int message, const std::string& first, std::string reply) {
        if (message == 1 && which(first)) reply = "535 5.7.8 no\r\n";
        return reply;
    });
}

bool only_controls(const std::string& name) {
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return c < ' ' || c == '\x7f' || c == '\xc2' || c == '\xad'; });
}

/// A name or password in which SASLprep leaves nothing is taken for a login.
PutIn controls_are_a_login() {
    return with_memory([] {
        auto concerned = std::make_shared<bool>(false);
        Changes changes;
        changes.command = [=](const std::string& line) {
            const std::string response = attempt(line).response;
            const auto second = response.find('\0', 1);
            *concerned = second != std::string::npos &&
                         (only_controls(response.substr(1, second - 1)) || only_controls(response.substr(second + 1)));
            return line;
        };
        changes.reply = [=](const std::string& verb, std::string reply) {
            if (verb == "AUTH" && *concerned) reply = "235 2.7.0 welcome\r\n";
            return reply;
        };
        return changes;
    });
}

/// What comes behind so many octets of a response is taken for the next line.
PutIn responses_cut_at(std::size_t most) {
    return with_memory([most] {
        auto asked = std::make_shared<bool>(false);
        Changes changes;
        changes.raw_commands = [=](std::string octets) {
            const auto end = std::min(octets.find("\r\n"), octets.size());
            return *asked && end > most ? octets.insert(most, "\r\n") : octets;
        };
        changes.reply = [=](const std::string&, std::string reply) {
            *asked = reply.starts_with("334");
            return reply;
        };
        return changes;
    });
}

/// The next hop hears of the client's AUTH= what the client said, known or not.
PutIn strangers_word_passed_on() {
    return [](service::ServeOptions& options) {
        auto said = std::make_shared<service::InEffect<std::string>>();
        with_command([said](const std::string& line) {
            static const std::regex form(" AUTH=([^ ]+)");
            std::smatch found;
            if (verb_of(line) == "MAIL" && std::regex_search(line, found, form)) {
                said->set(std::make_shared<const std::string>(found[1].str()));
            }
            return line;
        })(options);
        Changes changes;
        changes.command = [said](const std::string& line) {
            const auto value = said->get();
            return verb_of(line) == "MAIL" && value ? rewritten(line, " AUTH=[^ ]*", "") + " AUTH=" + *value : line;
        };
        options.seams.next_hop_octets = [changes] { return std::make_unique<Dialogue>(changes); };
    };
}

Faults exchanges() {
    return {
        {"auth-responses-of-500-octets-refused",
         {"4616-2-255-octets", "4954-4-long-lines-handled"},
         "a response of more than 500 octets gets 501",
         with_command([](const std::string& line) { return line.size() > 500 ? std::string("*") : line; })},
        {"auth-responses-cut-at-8000-octets",
         {"4954-4-long-lines-handled"},
         "what comes behind 8000 octets of a response is taken for a command",
         responses_cut_at(8000)},
        {"auth-names-without-what-is-no-utf-8",
         {"4616-2-utf8"},
         "octets of a login that are no UTF-8 do not count",
         with_response("PLAIN",
                       [](std::string response) {
                           std::erase_if(response, [](char c) { return static_cast<unsigned char>(c) > 0xf4; });
                           return response;
                       })},
        {"auth-names-of-controls-get-235",
         {"4954-4-saslprep-failure-fails", "4616-2-prep-failure"},
         "a name or password of control characters alone is a login",
         controls_are_a_login()},
        {"auth-parameter-without-a-value-accepted",
         {"4954-8-auth-param-decoded-form"},
         "AUTH= of MAIL with nothing behind it does not count",
         with_command([](const std::string& line) { return rewritten(line, " AUTH=( |$)", "$1"); })},
        {"auth-parameter-of-strangers-passed-on",
         {"4954-5-auth-untrusted-as-empty"},
         "what a client says in AUTH= without a login reaches the next hop",
         strangers_word_passed_on()},
    };
}

Faults scram() {
    return {
        {"auth-scram-takes-any-proof",
         {"5802-5.1-error-message", "5802-5.1-nonce-checked", "5802-6-c-validated"},
         "a final message that is wrong gets 235",
         with_scram([](int message, const std::string&, std::string reply) {
             if (message > 1 && reply.starts_with("5")) reply = "235 2.7.0 welcome\r\n";
             return reply;
         })},
        {"auth-scram-takes-any-first-message",
         {"5802-5-first-char", "5802-5-client-first", "5802-5.1-m-attribute-fails", "5802-5.1-username-escapes",
          "5802-6-p-unsupported-fails"},
         "a first message that is wrong gets a challenge",
         with_scram([](int message, const std::string&, std::string reply) {
             if (message == 1 && reply.starts_with("5")) {
                 reply = "334 " + protocol::base64_encode("r=abc,s=c2FsdA==,i=4096") + "\r\n";
             }
             return reply;
         })},
        {"auth-scram-extensions-refused",
         {"5802-5.1-unknown-optional-ignored"},
         "a first message with an extension that nobody knows gets 535",
         scram_first_refused(
             [](const std::string& first) { return std::regex_search(first, std::regex(",r=[^,]*,")); })},
        {"auth-scram-names-not-prepared",
         {"5802-5.1-saslprep"},
         "a name that SASLprep would map gets 535",
         scram_first_refused([](const std::string& first) {
             return std::ranges::any_of(first, [](char c) { return static_cast<unsigned char>(c) > 127; });
         })},
        {"auth-scram-with-y-flag-refused",
         {"5802-6-only-plus-if-plain-never-succeeds"},
         "the flag y gets 535 though channel binding is not offered",
         scram_first_refused([](const std::string& first) { return first.starts_with("y,"); })},
    };
}

}  // namespace

Faults login_faults() {
    Faults all = exchanges();
    std::ranges::move(scram(), std::back_inserter(all));
    return all;
}

}  // namespace refserver::faults
