#pragma once

#include "script/parse.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smtpspec::script {

/// Thrown where a line cannot be understood; the line's reader turns it into a diagnostic.
struct Mistake {
    Diagnostic diagnostic;

    Mistake(Position at, std::string message, std::string suggestion = {})
        : diagnostic{std::move(at), std::move(message), std::move(suggestion)} {}
};

/// "did you mean `X`?" with the candidate that is nearest to `word`; empty when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// The words as a person lists them: "`a`, `b` or `c`".
std::string listed(std::span<const std::string_view> words);

/// `text` in back quotes, shortened and with unprintable octets shown as `?`, fit for a message.
std::string in_quotes(std::string_view text);

}  // namespace smtpspec::script
