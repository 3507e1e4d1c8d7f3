#include "sink/content_reader.h"

namespace smtpspec::sink {

void ContentReader::keep(char c) {
    ++size_;
    if (content_.size() < largest_content) content_ += c;
}

void ContentReader::take(std::string_view& input) {
    std::size_t i = 0;
    for (; i < input.size() && state_ != State::ended; ++i) {
        const char c = input[i];
        switch (state_) {
            case State::line_start:
                if (c == '.') {
                    state_ = State::dot;
                    continue;
                }
                break;
            case State::dot:
                if (c == '\r') {
                    state_ = State::dot_cr;
                    continue;
                }
                break;
            case State::dot_cr:
                if (c == '\n') {
                    state_ = State::ended;
                    continue;
                }
                // The dot was a stuffed one before a bare CR.
                keep('\r');
                break;
            case State::cr:
                if (c == '\n') {
                    keep(c);
                    state_ = State::line_start;
                    continue;
                }
                break;
            case State::in_line:
            case State::ended:
                break;
        }
        keep(c);
        state_ = c == '\r' ? State::cr : State::in_line;
    }
    input.remove_prefix(i);
}

}  // namespace smtpspec::sink
