#include "client/segmentation.h"

#include <algorithm>
#include <numeric>

namespace smtpspec::client {

namespace {

constexpr std::size_t cut_at_start = 2048;
constexpr std::size_t cut_at_end = 64;

void append(std::vector<std::string>& pieces, std::vector<std::string> more) {
    pieces.insert(pieces.end(), more.begin(), more.end());
}

std::vector<std::string> bytes(std::string_view octets) {
    if (octets.size() <= cut_at_start + cut_at_end) return cut_every(octets, 1);
    auto pieces = cut_every(octets.substr(0, cut_at_start), 1);
    pieces.emplace_back(octets.substr(cut_at_start, octets.size() - cut_at_start - cut_at_end));
    append(pieces, cut_every(octets.substr(octets.size() - cut_at_end), 1));
    return pieces;
}

/// Cuts so many octets after the beginning of each `mark`.
std::vector<std::string> cut_at_each(std::string_view octets, std::string_view mark, std::size_t after) {
    std::vector<std::string> pieces;
    std::size_t start = 0;
    for (std::size_t found = octets.find(mark); found != std::string_view::npos; found = octets.find(mark, found + 1)) {
        pieces.emplace_back(octets.substr(start, found + after - start));
        start = found + after;
    }
    if (start < octets.size()) pieces.emplace_back(octets.substr(start));
    return pieces;
}

}  // namespace

std::vector<std::string> cut_every(std::string_view octets, std::size_t piece) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < octets.size(); at += piece) pieces.emplace_back(octets.substr(at, piece));
    return pieces;
}

Writes segmented(Writes writes, Segmentation mode) {
    if (mode == Segmentation::as_written || writes.await_taken) return writes;
    const std::string all = std::accumulate(writes.pieces.begin(), writes.pieces.end(), std::string());
    switch (mode) {
        case Segmentation::lines:
            return {cut_at_each(all, "\n", 1), true};
        case Segmentation::bytes:
            return {bytes(all), true};
        case Segmentation::split_crlf:
            return {cut_at_each(all, "\r\n", 1), true};
        default:
            return {{all}, false};
    }
}

}  // namespace smtpspec::client
