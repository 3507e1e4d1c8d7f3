#include "outgoing-mail/seven_bit_report.h"

#include "outgoing-mail/smtp_text.h"

#include <memory>
#include <optional>
#include <sstream>
#include <string_view>

#include <Poco/Net/QuotedPrintableEncoder.h>

namespace refserver::outgoing_mail {

namespace {

constexpr std::string_view eight_bit_line = "Content-Transfer-Encoding: 8bit\r\n";
constexpr std::string_view boundary_begins = "boundary=\"";

class Encoding {
public:
    explicit Encoding(routing::Content& out) : out_(out) {}

    /// A line with its end; the last may have none.
    void line(const std::string& line) {
        if (!boundary_.empty() && line.starts_with(boundary_)) {
            end_part();
            out_.append(line);
            in_header_ = true;
            header_.clear();
        } else if (in_header_) {
            header_line(line);
        } else if (encoder_) {
            *encoder_ << line;
            flush();
        } else {
            out_.append(line);
        }
    }

    void end_part() {
        if (!encoder_) return;
        encoder_->close();
        encoder_.reset();
        flush();
    }

private:
    void flush() {
        out_.append(encoded_.str());
        encoded_.str({});
    }

    void header_line(const std::string& line) {
        if (const auto at = line.find(boundary_begins); boundary_.empty() && at != std::string::npos) {
            const auto begin = at + boundary_begins.size();
            boundary_ = "--" + line.substr(begin, line.find('"', begin) - begin);
            is_whole_ = true;
        }
        header_ += line;
        if (line != "\r\n") return;
        in_header_ = false;
        if (const auto at = header_.find(eight_bit_line); at != std::string::npos) {
            header_.erase(at, eight_bit_line.size());
            if (!is_whole_) encode_part();
        }
        is_whole_ = false;
        out_.append(header_);
    }

    void encode_part() {
        static constexpr std::string_view copy = "message/rfc822";
        if (const auto at = header_.find(copy); at != std::string::npos)
            header_.replace(at, copy.size(), "message/global");
        header_.insert(header_.size() - 2, "Content-Transfer-Encoding: quoted-printable\r\n");
        encoder_ = std::make_unique<Poco::Net::QuotedPrintableEncoder>(encoded_);
    }

    routing::Content& out_;
    std::string boundary_;
    bool in_header_ = true;
    bool is_whole_ = false;  ///< the header is that of the whole report
    std::string header_;
    std::ostringstream encoded_;
    std::unique_ptr<Poco::Net::QuotedPrintableEncoder> encoder_;
};

}  // namespace

bool needs_seven_bits(const routing::Envelope& envelope, const NextHopOffers& offers) {
    return envelope.report &&
           ((envelope.eight_bit && !offers.eight_bit_mime) || (envelope.smtputf8 && !offers.smtputf8));
}

routing::AcceptedMail in_seven_bits(const routing::Envelope& envelope, MessageSource report,
                                    const std::string& temporary_directory) {
    routing::AcceptedMail mail;
    mail.envelope = envelope;
    mail.envelope.eight_bit = false;
    mail.envelope.smtputf8 = !is_ascii(envelope.recipients.front().address);
    mail.content = std::make_shared<routing::Content>(temporary_directory);
    Encoding encoding(*mail.content);
    std::string text;
    for (auto block = report.read(); !block.empty(); block = report.read()) {
        text += block;
        std::size_t begin = 0;
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
            encoding.line(text.substr(begin, end + 1 - begin));
            begin = end + 1;
        }
        text.erase(0, begin);
    }
    if (!text.empty()) encoding.line(text);
    encoding.end_part();
    if (mail.content->failed()) throw std::system_error(mail.content->error(), "put the report in seven bits");
    return mail;
}

}  // namespace refserver::outgoing_mail
