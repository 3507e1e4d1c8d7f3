#include "outgoing-mail/dns_answer.h"

#include "outgoing-mail/smtp_text.h"

#include <algorithm>
#include <memory>

#include <ares.h>
#include <arpa/inet.h>

namespace refserver::outgoing_mail {

namespace {

class Cursor {
public:
    explicit Cursor(std::string_view message) : message_(message) {}

    bool skip(std::size_t n) {
        if (message_.size() - at_ < n) return false;
        at_ += n;
        return true;
    }
    std::optional<std::uint16_t> number() {
        if (message_.size() - at_ < 2) return std::nullopt;
        const auto high = static_cast<unsigned char>(message_[at_]),
                   low = static_cast<unsigned char>(message_[at_ + 1]);
        at_ += 2;
        return static_cast<std::uint16_t>(high << 8 | low);
    }
    std::optional<std::string> name() {
        const auto* begin = reinterpret_cast<const unsigned char*>(message_.data());
        char* text = nullptr;
        long length = 0;
        if (at_ >= message_.size() ||
            ::ares_expand_name(begin + at_, begin, static_cast<int>(message_.size()), &text, &length) != ARES_SUCCESS)
            return std::nullopt;
        const std::unique_ptr<char, decltype(&::ares_free_string)> owned(text, [](void* p) { ::ares_free_string(p); });
        at_ += static_cast<std::size_t>(length);
        return lower(text);
    }
    std::optional<std::string> address(int family) {
        const std::size_t size = family == AF_INET ? 4 : 16;
        if (message_.size() - at_ < size) return std::nullopt;
        char text[INET6_ADDRSTRLEN];
        ::inet_ntop(family, message_.data() + at_, text, sizeof text);
        at_ += size;
        return text;
    }
    std::size_t at() const { return at_; }

private:
    std::string_view message_;
    std::size_t at_ = 0;
};

// The data of a record; nothing when it is malformed.
std::optional<std::string> read_data(Cursor& cursor, DnsRecord& record) {
    switch (record.type) {
        case RecordType::a:
            return cursor.address(AF_INET);
        case RecordType::aaaa:
            return cursor.address(AF_INET6);
        case RecordType::mx: {
            const auto preference = cursor.number();
            if (!preference) return std::nullopt;
            record.preference = *preference;
            return cursor.name();
        }
        case RecordType::cname:
            return cursor.name();
    }
    return std::nullopt;
}

bool of_use(std::uint16_t type) {
    return type == static_cast<std::uint16_t>(RecordType::a) || type == static_cast<std::uint16_t>(RecordType::aaaa) ||
           type == static_cast<std::uint16_t>(RecordType::mx) || type == static_cast<std::uint16_t>(RecordType::cname);
}

}  // namespace

std::optional<std::vector<DnsRecord>> parse_dns_answer(std::string_view message) {
    Cursor cursor{message};
    std::vector<DnsRecord> records;
    if (!cursor.skip(4)) return std::nullopt;
    const auto questions = cursor.number(), answers = cursor.number();
    if (!questions || !answers || !cursor.skip(4)) return std::nullopt;
    for (int i = 0; i < *questions; ++i) {
        if (!cursor.name() || !cursor.skip(4)) return std::nullopt;
    }
    for (int i = 0; i < *answers; ++i) {
        DnsRecord record;
        const auto owner = cursor.name();
        const auto type = cursor.number();
        if (!owner || !type || !cursor.skip(6)) return std::nullopt;  // class and time to live
        const auto length = cursor.number();
        if (!length) return std::nullopt;
        if (!of_use(*type)) {
            if (!cursor.skip(*length)) return std::nullopt;
            continue;
        }
        record.owner = *owner;
        record.type = static_cast<RecordType>(*type);
        const auto begin = cursor.at();
        const auto value = read_data(cursor, record);
        if (!value || cursor.at() - begin != *length) return std::nullopt;
        record.value = *value;
        records.push_back(std::move(record));
    }
    return records;
}

DnsStep follow_aliases(const std::vector<DnsRecord>& answer, const std::string& name, RecordType wanted) {
    DnsStep step;
    std::string at = lower(name);
    // Each round takes one alias, so a circle ends when there are none left.
    for (std::size_t round = 0; round <= answer.size(); ++round) {
        for (const auto& record : answer) {
            if (record.owner == at && record.type == wanted) step.records.push_back(record);
        }
        if (!step.records.empty()) return step;
        const auto alias = std::find_if(answer.begin(), answer.end(), [&](const DnsRecord& record) {
            return record.owner == at && record.type == RecordType::cname;
        });
        if (alias == answer.end()) break;
        at = step.alias = alias->value;
    }
    return step;
}

}  // namespace refserver::outgoing_mail
