#pragma once

#include "script/mistake.h"
#include "script/scenario.h"
#include "script/source.h"

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// Something that a line mentions and that must exist; looked up when the whole case is known.
struct Mention {
    enum class What {
        name,  ///< in a template: a role with or without attribute, a name of the server
        role,  ///< a bare role
        hosted_role,
        remote_role,
        requirement,
        fixture,
        message,
        setting,
    };
    What what;
    std::string name;
    Position at;
};

/// Reads one line from left to right. What it cannot read it throws as Mistake.
class Scanner {
public:
    explicit Scanner(const SourceLine& line) : line_(line) { skip_blanks(); }

    bool at_end();
    /// Where the next word begins.
    Position here() const;
    std::size_t offset() const { return position_; }
    const SourceLine& line() const { return line_; }

    /// The next word (up to a blank) without taking it; empty at the end.
    std::string_view peek();
    std::string_view word();
    /// Takes the next word if it is this one.
    bool take(std::string_view word);
    /// Takes this text, wherever the word ends.
    bool take_prefix(std::string_view text);
    void require(std::string_view word);
    /// The next word must be one of these; its index.
    std::size_t choose(std::span<const std::string_view> words, std::string_view what);
    /// A non-empty word that `what` names in the message.
    std::string_view require_word(std::string_view what);
    int number(std::string_view what, int least, int most);
    /// The same, ended by `end` instead of a blank.
    int number_before(std::string_view end, std::string_view what, int least, int most);
    /// `5s` or `500ms`, at most 600s.
    std::chrono::milliseconds duration();
    void require_end();

    /// All that is left, one blank taken off, as a template; escapes as in quoted text.
    Template rest_as_template();
    std::string rest();
    bool at_quotes();
    /// `"…"`
    Template quoted_template(std::string_view what);
    /// An address as it is written; `family` is AF_INET, AF_INET6, or AF_UNSPEC for both.
    std::string ip_address(int family);
    /// The next word as a template, or `${…}` with its blanks.
    Template word_template(std::string_view what);
    /// `/…/` or `/…/i`, compiled once to see whether it can be.
    Pattern pattern();
    /// `[not] matching /…/`
    Pattern matching();

    /// Takes a word that is the name of a role.
    std::string role(Mention::What kind);
    void mention(Mention::What what, std::string_view name, Position at);

    [[noreturn]] void fail(std::string message, std::string suggestion = {}) const;
    [[noreturn]] void fail_word(std::string_view what, std::span<const std::string_view> words);

    std::vector<Mention> mentions;

private:
    void skip_blanks();
    int number_in(std::string_view text, std::string_view what, int least, int most);
    Template checked(std::size_t start, std::size_t end);

    const SourceLine& line_;
    std::size_t position_ = 0;
};

}  // namespace smtpspec::script
