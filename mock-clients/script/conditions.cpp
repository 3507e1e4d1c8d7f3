#include "script/conditions.h"

#include "script/scanner.h"

#include <algorithm>
#include <array>

namespace smtpspec::script {

namespace {

/// A word of the condition: a parameter's value, or itself. Unlike elsewhere `-` is a value like any other.
std::string value_of(const Cell& word, const Parameters& parameters, std::set<std::string, std::less<>>& used) {
    if (!word.text.starts_with('$')) return word.text;
    const auto found = parameters.find(std::string_view(word.text).substr(1));
    if (found == parameters.end()) {
        std::vector<std::string> known;
        for (const auto& [name, cell] : parameters) known.push_back("$" + name);
        throw Mistake(word.at, in_quotes(word.text) + " is no parameter of this scenario",
                      did_you_mean(word.text, known));
    }
    used.insert(found->first);
    return found->second.text;
}

}  // namespace

void Conditions::open(const SourceLine& when, const Parameters& parameters, std::set<std::string, std::less<>>& used) {
    constexpr std::size_t deepest_nesting = 16;
    Scanner scanner(when);
    const Position at = scanner.here();
    if (open_.size() == deepest_nesting) throw Mistake(at, "`when` nested too deeply");
    open_.push_back({false, false, at});
    scanner.require("when");
    std::vector<Cell> words = split_words(when, scanner.offset());
    if (words.size() < 3 || words[1].text != "is") {
        throw Mistake(at, "`when WORD is WORD, …` or `when WORD is not WORD, …` should stand here");
    }
    const std::string asked = value_of(words[0], parameters, used);
    const bool negated = words[2].text == "not";
    bool found = false;
    bool another = true;
    for (std::size_t i = negated ? 3 : 2; i < words.size(); ++i) {
        if (!another) throw Mistake(words[i].at, "a comma should stand before " + in_quotes(words[i].text));
        another = words[i].text.ends_with(',');
        if (another) words[i].text.pop_back();
        if (words[i].text.empty()) throw Mistake(words[i].at, "a word is missing before the comma");
        found = value_of(words[i], parameters, used) == asked || found;
    }
    if (another) throw Mistake(at, "a word is missing at the end of `when`");
    const bool outer = open_.size() < 2 || open_[open_.size() - 2].keeps;
    open_.back().keeps = outer && found != negated;
}

bool Conditions::close() {
    if (open_.empty() || open_.back().repeat) {
        if (!open_.empty()) open_.pop_back();
        return false;
    }
    open_.pop_back();
    return true;
}

void Conditions::finish() const {
    const auto found = std::find_if(open_.begin(), open_.end(), [](const Block& block) { return !block.repeat; });
    if (found != open_.end()) throw Mistake(found->at, "`when` without `end`");
}

}  // namespace smtpspec::script
