#include "runner/text.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string escape_of(unsigned char octet) {
    switch (octet) {
        case '\r':
            return "\\r";
        case '\n':
            return "\\n";
        case '\t':
            return "\\t";
        default:
            char out[8];
            std::snprintf(out, sizeof out, "\\x%02x", octet);
            return out;
    }
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t retry = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            retry = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const std::string* best = nullptr;
    std::size_t best_distance = std::max<std::size_t>(2, word.size() / 4) + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = &candidate;
        }
    }
    return best ? " (did you mean " + *best + "?)" : "";
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = text.find(separator, begin);
        parts.emplace_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) {
            return parts;
        }
        begin = end + 1;
    }
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string out;
    for (const std::string& part : parts) {
        if (&part != parts.data()) {
            out += separator;
        }
        out += part;
    }
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string visible(std::string_view octets) {
    std::string out;
    for (const char c : octets) {
        const auto octet = static_cast<unsigned char>(c);
        out += octet >= 0x20 && octet < 0x7f ? std::string(1, c) : escape_of(octet);
    }
    return out;
}

std::size_t utf8_sequence(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xbf) {
        return i < text.size() && at(i) >= low && at(i) <= high;
    };
    const unsigned first = at(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return tail(1) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {  // no overlong forms, no surrogates
        return tail(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {  // up to U+10FFFF
        return tail(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

/// Controls U+0080 to U+009F, and what turns the direction of text or ends a line (U+061C, U+200E, U+200F, U+2028 to
/// U+202E, U+2066 to U+2069).
bool is_active(std::string_view sequence) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
    if (sequence.size() == 2) {
        return (at(0) == 0xc2 && at(1) < 0xa0) || sequence == "\xd8\x9c";
    }
    if (sequence.size() != 3 || at(0) != 0xe2) {
        return false;
    }
    return (at(1) == 0x80 && (at(2) == 0x8e || at(2) == 0x8f || (at(2) >= 0xa8 && at(2) <= 0xae))) ||
           (at(1) == 0x81 && at(2) >= 0xa6 && at(2) <= 0xa9);
}

std::string neutralised(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_sequence(text.substr(i));
        const auto octet = static_cast<unsigned char>(text[i]);
        const bool plain =
            length > 1 ? !is_active(text.substr(i, length)) : length == 1 && octet >= 0x20 && octet != 0x7f;
        if (text[i] == '\n' || plain) {
            out += text.substr(i, length);
            i += length;
        } else {
            out += escape_of(octet);
            ++i;
        }
    }
    return out;
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_sequence(text.substr(i));
        out += length ? text.substr(i, length) : std::string_view("\xef\xbf\xbd");
        i += std::max<std::size_t>(length, 1);
    }
    return out;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream content;
    if (in && in.peek() != std::ifstream::traits_type::eof()) {
        content << in.rdbuf();
    }
    if (!in.is_open() || in.bad()) {
        throw std::runtime_error("cannot read " + path.string() + ": " + std::strerror(errno));
    }
    return content.str();
}

void write_file(const std::filesystem::path& path, std::string_view content) {
    // A device or a pipe (`--json /dev/stdout`) cannot be replaced.
    std::error_code ignored;
    const bool special = std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
    const fs::path written = special ? path : fs::path(path.string() + ".new");
    std::ofstream out(written, std::ios::binary | std::ios::trunc);
    out << content << std::flush;
    if (!out) {
        const std::string why = std::strerror(errno);
        if (!special) {
            fs::remove(written, ignored);
        }
        throw std::runtime_error("cannot write " + path.string() + ": " + why);
    }
    out.close();
    if (!special) {
        std::filesystem::rename(written, path);
    }
}

}  // namespace smtpspec::runner
