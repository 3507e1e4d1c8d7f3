#include "script/source.h"

#include <algorithm>
#include <utility>

namespace smtpspec::script {

namespace {

constexpr std::size_t largest_file = 1024 * 1024;

bool continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// The offset of the first octet that is not UTF-8 (RFC 3629), or npos.
std::size_t first_bad_octet(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t length = 1;
        if (lead >= 0xC2 && lead <= 0xDF) {
            length = 2;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            length = 3;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            length = 4;
        } else if (lead >= 0x80) {
            return i;
        }
        if (i + length > text.size()) return i;
        for (std::size_t k = 1; k < length; ++k) {
            if (!continuation(text[i + k])) return i;
        }
        i += length;
    }
    return std::string_view::npos;
}

}  // namespace

SourceLine::SourceLine(std::shared_ptr<const std::string> file, int number, std::string text)
    : file_(std::move(file)),
      number_(number),
      written_(std::make_shared<const std::string>(text)),
      text_(std::move(text)) {}

SourceLine SourceLine::with_text(std::string text, std::vector<std::size_t> origins) const {
    SourceLine result = *this;
    result.text_ = std::move(text);
    result.origins_ = std::move(origins);
    return result;
}

bool SourceLine::blank() const {
    return text_.find_first_not_of(" \t") == std::string::npos;
}

bool SourceLine::comment() const {
    const std::size_t first = text_.find_first_not_of(" \t");
    return first != std::string::npos && text_[first] == '#';
}

Position SourceLine::at(std::size_t offset) const {
    if (!origins_.empty()) offset = origins_[std::min(offset, origins_.size() - 1)];
    const std::string_view before = std::string_view(*written_).substr(0, offset);
    const auto characters = std::count_if(before.begin(), before.end(), [](char c) { return !continuation(c); });
    return {*file_, number_, static_cast<int>(characters) + 1};
}

std::vector<SourceLine> split_lines(std::string_view file_name, std::string_view text,
                                    std::vector<Diagnostic>& diagnostics) {
    const auto file = std::make_shared<const std::string>(file_name);
    if (text.size() > largest_file) {
        diagnostics.push_back({{*file, 1, 1}, "a scenario file has at most 1 MiB", ""});
        return {};
    }
    std::vector<SourceLine> lines;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        const bool carriage_return = line.ends_with('\r');
        if (carriage_return) line.remove_suffix(1);
        const std::size_t last = line.find_last_not_of(" \t");
        line = line.substr(0, last == std::string_view::npos ? 0 : last + 1);

        SourceLine source(file, number, std::string(line));
        if (carriage_return) diagnostics.push_back({source.at(line.size()), "lines end in LF, not in CR LF", ""});
        const auto control = std::find_if(line.begin(), line.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        });
        const std::size_t bad = first_bad_octet(line);
        if (bad != std::string_view::npos) {
            diagnostics.push_back({source.at(bad), "the line is not UTF-8; write other octets as `\\xHH`", ""});
        } else if (control != line.end()) {
            diagnostics.push_back({source.at(static_cast<std::size_t>(control - line.begin())),
                                   "a control character; write it as `\\xHH`", ""});
        } else {
            lines.push_back(std::move(source));
        }
    }
    return lines;
}

}  // namespace smtpspec::script
