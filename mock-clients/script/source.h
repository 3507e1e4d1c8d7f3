#pragma once

#include "script/parse.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smtpspec::script {

/// One line of a file, perhaps with parameters put in; knows where each octet of it was written.
class SourceLine {
public:
    SourceLine(std::shared_ptr<const std::string> file, int number, std::string text);

    /// The same line with other text: `origins[i]` is the offset in the written line that octet i of
    /// `text` stands for; one more entry than octets.
    SourceLine with_text(std::string text, std::vector<std::size_t> origins) const;

    const std::string& text() const { return text_; }
    const std::string& written() const { return *written_; }
    int number() const { return number_; }
    bool blank() const;
    bool comment() const;

    /// Where octet `offset` of text() was written. Columns count characters, not octets.
    Position at(std::size_t offset) const;

private:
    std::shared_ptr<const std::string> file_;
    int number_;
    std::shared_ptr<const std::string> written_;
    std::string text_;
    std::vector<std::size_t> origins_;  ///< empty: the text is as written
};

/// The lines of a file without their ends and trailing blanks. Mistakes of the file as a whole (not
/// UTF-8, control characters, CR LF, too big) are added to `diagnostics`.
std::vector<SourceLine> split_lines(std::string_view file_name, std::string_view text,
                                    std::vector<Diagnostic>& diagnostics);

}  // namespace smtpspec::script
