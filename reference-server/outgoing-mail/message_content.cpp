#include "outgoing-mail/message_content.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <Poco/String.h>
#include <unistd.h>

namespace refserver::outgoing_mail {

void DotStuffer::end_line(std::string& out) {
    out += "\r\n";
    line_start_ = true;
    after_cr_ = false;
}

void DotStuffer::stuff(std::string_view octets, std::string& out) {
    for (std::size_t i = 0; i < octets.size();) {
        const char c = octets[i];
        if (c == '\n') {
            end_line(out);
            ++i;
            continue;
        }
        if (after_cr_) end_line(out);
        if (c == '\r') {
            after_cr_ = true;
            ++i;
            continue;
        }
        if (line_start_ && c == '.') out += '.';
        line_start_ = false;
        auto end = i + 1;
        while (end < octets.size() && octets[end] != '\r' && octets[end] != '\n') ++end;
        out.append(octets, i, end - i);
        i = end;
    }
}

void DotStuffer::finish(std::string& out) {
    if (after_cr_ || !line_start_) end_line(out);
    out += ".\r\n";
}

namespace {

std::string read_at(int fd, std::uint64_t offset, std::size_t at_most) {
    std::string out(at_most, '\0');
    ssize_t n = 0;
    do {
        n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    } while (n < 0 && errno == EINTR);
    if (n <= 0) throw std::system_error(n < 0 ? errno : EIO, std::generic_category(), "read the queued mail");
    out.resize(static_cast<std::size_t>(n));
    return out;
}

}  // namespace

MessageSource::MessageSource(int fd, std::uint64_t offset, std::uint64_t size)
    : MessageSource([=](std::uint64_t at, std::size_t at_most) { return read_at(fd, offset + at, at_most); }, size) {}

MessageSource::MessageSource(const routing::AcceptedMail& mail)
    : MessageSource(
          [&mail](std::uint64_t at, std::size_t at_most) {
              const auto trace = mail.received_field.size();
              return at < trace ? mail.received_field.substr(at, at_most) : mail.content->read(at - trace, at_most);
          },
          mail.received_field.size() + mail.content->size()) {}

std::string MessageSource::read() {
    if (left_ == 0) return {};
    auto out = reader_(offset_, std::min<std::uint64_t>(left_, 65536));
    offset_ += out.size();
    left_ -= out.size();
    return out;
}

EightBit find_eight_bit(MessageSource source) {
    EightBit found;
    bool header = true;
    std::string last;  // the end of the block before: the empty line may lie across
    for (std::string block = source.read(); !block.empty(); block = source.read()) {
        const auto is_high = [](unsigned char c) { return c > 0x7f; };
        if (!header) {
            found.anywhere = found.anywhere || std::any_of(block.begin(), block.end(), is_high);
        } else {
            const auto text = last + block;
            const auto end = text.find("\r\n\r\n");
            header = end == std::string::npos;
            const auto header_end = header ? text.end() : text.begin() + static_cast<std::ptrdiff_t>(end);
            found.in_header = found.in_header || std::any_of(text.begin(), header_end, is_high);
            found.anywhere = found.anywhere || std::any_of(text.begin(), text.end(), is_high);
            last = text.substr(text.size() - std::min<std::size_t>(text.size(), 3));
        }
        if (found.anywhere && !header) break;
    }
    return found;
}

bool has_field(MessageSource source, std::string_view name) {
    const std::string header = "\r\n" + read_header(std::move(source), 65536);
    for (std::size_t line = header.find("\r\n"); line != std::string::npos; line = header.find("\r\n", line)) {
        line += 2;
        const std::string_view rest = std::string_view(header).substr(line);
        if (rest.size() > name.size() && rest[name.size()] == ':' &&
            Poco::icompare(std::string(rest.substr(0, name.size())), std::string(name)) == 0) {
            return true;
        }
    }
    return false;
}

std::string read_header(MessageSource source, std::size_t at_most) {
    std::string text;
    for (std::string block = source.read(); !block.empty() && text.size() <= at_most; block = source.read()) {
        text += block;
        if (text.starts_with("\r\n")) return {};
        const auto end = text.find("\r\n\r\n");
        if (end != std::string::npos) {
            text.resize(end + 2);
            break;
        }
    }
    if (text.size() > at_most) {
        const auto end = text.rfind("\r\n", at_most - 2);
        text.resize(end == std::string::npos ? 0 : end + 2);
    }
    return text;
}

}  // namespace refserver::outgoing_mail
