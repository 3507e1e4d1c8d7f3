#include "sink/dns_server.h"

#include "sink/next_hop_harness.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace smtpspec::sink {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_mx = 15;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint16_t type_txt = 16;

std::string query(const std::string& name, std::uint16_t type, const std::string& additional = {}) {
    std::string message("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00", 11);
    message += additional.empty() ? '\0' : '\1';
    message += encode_dns_name(name);
    append_u16(message, type);
    append_u16(message, 1);
    return message + additional;
}

struct Reply {
    int code = -1;
    bool cut = false;
    std::vector<std::string> answers;  ///< "name type data" with data in hexadecimal
};

std::string hexadecimal(std::string_view octets) {
    std::string result;
    for (unsigned char c : octets) {
        result += "0123456789abcdef"[c >> 4];
        result += "0123456789abcdef"[c & 15];
    }
    return result;
}

std::string name_at(const std::string& message, std::size_t& offset) {
    std::string name;
    while (message.at(offset) != '\0') {
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(message[offset]));
        name += (name.empty() ? "" : ".") + message.substr(offset + 1, length);
        offset += length + 1;
    }
    ++offset;
    return name;
}

int number_at(const std::string& message, std::size_t offset) {
    return static_cast<unsigned char>(message.at(offset)) << 8 | static_cast<unsigned char>(message.at(offset + 1));
}

Reply decode(const std::string& message) {
    Reply reply;
    if (message.size() < 12 || number_at(message, 0) != 0x1234 || (message[2] & 0x80) == 0) return reply;
    reply.code = message[3] & 15;
    reply.cut = (message[2] & 2) != 0;
    std::size_t offset = 12;
    for (int i = 0; i < number_at(message, 4); ++i) {
        name_at(message, offset);
        offset += 4;
    }
    for (int i = 0; i < number_at(message, 6); ++i) {
        std::string answer = name_at(message, offset);
        answer += " " + std::to_string(number_at(message, offset)) + " ";
        const auto size = static_cast<std::size_t>(number_at(message, offset + 8));
        reply.answers.push_back(std::move(answer) + hexadecimal(message.substr(offset + 10, size)));
        offset += 10 + size;
    }
    return reply;
}

class DnsServerTest : public testing::Test {
protected:
    std::string by_udp(const std::string& message) {
        const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        const timeval limit{10, 0};
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(server_.port());
        inet_pton(AF_INET, "127.0.0.1", &where.sin_addr);
        ::sendto(socket.get(), message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&where),
                 sizeof where);
        std::string reply(65'536, '\0');
        const ssize_t size = ::recv(socket.get(), reply.data(), reply.size(), 0);
        reply.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        return reply;
    }
    static std::string framed(const std::string& message) {
        std::string frame;
        append_u16(frame, static_cast<std::uint16_t>(message.size()));
        return frame + message;
    }
    static std::string next_by_tcp(TestClient& client) {
        const std::string size = client.receive(2);
        return size.size() < 2 ? "" : client.receive(static_cast<std::size_t>(number_at(size, 0)));
    }
    Reply ask(const std::string& name, std::uint16_t type) { return decode(by_udp(query(name, type))); }

    DnsZone zone_;
    DnsServer server_{zone_};
};

TEST_F(DnsServerTest, what_nobody_spoke_of) {
    const Reply address = ask("Ann17.remote.EXAMPLE", type_a);
    EXPECT_EQ(address.code, 0);
    EXPECT_THAT(address.answers, ElementsAre("ann17.remote.example 1 7f000002"));
    EXPECT_EQ(ask("ann17.remote.example", type_mx).code, 0);
    EXPECT_THAT(ask("ann17.remote.example", type_mx).answers, IsEmpty());
    EXPECT_EQ(ask("ann17.remote.example", type_txt).code, 0);
    EXPECT_EQ(ask("elsewhere.example", type_a).code, 3);
    EXPECT_EQ(ask("xremote.example", type_a).code, 3);
}

TEST_F(DnsServerTest, records) {
    zone_.add("a.remote.example", "MX", "10 mx1.a.remote.example");
    zone_.add("A.remote.example.", "MX", "20 mx2.a.remote.example.");
    zone_.add("mx1.a.remote.example", "A", "127.0.0.31");
    zone_.add("mx1.a.remote.example", "A", "127.0.0.32");
    zone_.add("mx1.a.remote.example", "AAAA", "::1");
    EXPECT_THAT(ask("a.remote.example", type_mx).answers,
                ElementsAre("a.remote.example 15 000a036d783101610672656d6f7465076578616d706c6500",
                            "a.remote.example 15 0014036d783201610672656d6f7465076578616d706c6500"));
    EXPECT_THAT(ask("a.remote.example", type_a).answers, IsEmpty()) << "what has a record has no default one";
    EXPECT_THAT(ask("mx1.a.remote.example", type_a).answers,
                ElementsAre("mx1.a.remote.example 1 7f00001f", "mx1.a.remote.example 1 7f000020"));
    EXPECT_THAT(ask("mx1.a.remote.example", type_aaaa).answers,
                ElementsAre("mx1.a.remote.example 28 00000000000000000000000000000001"));
    EXPECT_THAT(ask("mx2.a.remote.example", type_a).answers, SizeIs(1));
    zone_.forget("a.remote.example");
    EXPECT_THAT(ask("a.remote.example", type_mx).answers, IsEmpty());
    EXPECT_THAT(ask("mx1.a.remote.example", type_a).answers, ElementsAre("mx1.a.remote.example 1 7f000002"));
}

TEST_F(DnsServerTest, null_mx) {
    zone_.add("a.remote.example", "MX", "0 .");
    EXPECT_THAT(ask("a.remote.example", type_mx).answers, ElementsAre("a.remote.example 15 000000"));
}

TEST_F(DnsServerTest, aliases_are_followed) {
    zone_.add("a.remote.example", "CNAME", "b.remote.example");
    zone_.add("b.remote.example", "MX", "5 c.remote.example");
    EXPECT_THAT(ask("a.remote.example", type_mx).answers,
                ElementsAre("a.remote.example 5 01620672656d6f7465076578616d706c6500",
                            "b.remote.example 15 000501630672656d6f7465076578616d706c6500"));
    zone_.add("x.remote.example", "CNAME", "x.remote.example");
    EXPECT_EQ(ask("x.remote.example", type_a).code, 2);
}

TEST_F(DnsServerTest, failures) {
    zone_.fails("a.remote.example");
    zone_.does_not_exist("b.remote.example");
    EXPECT_EQ(ask("a.remote.example", type_mx).code, 2);
    EXPECT_EQ(ask("b.remote.example", type_a).code, 3);
    EXPECT_EQ(ask("mx.a.remote.example", type_a).code, 0) << "only the name itself";
}

TEST_F(DnsServerTest, bad_records_are_refused) {
    EXPECT_THROW(zone_.add("a", "TXT", "x"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "A", "::1"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "AAAA", "127.0.0.1"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "MX", "mx1"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "MX", "70000 mx1"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "MX", "10"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a..b", "A", "127.0.0.1"), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "CNAME", std::string(64, 'a')), std::invalid_argument);
    EXPECT_THROW(zone_.add("a", "CNAME", ".a"), std::invalid_argument);
}

TEST_F(DnsServerTest, what_is_too_long_for_udp_comes_by_tcp) {
    for (int i = 0; i < 40; ++i) zone_.add("a.remote.example", "MX", "1 mx" + std::to_string(i) + ".a.remote.example");
    const Reply cut = ask("a.remote.example", type_mx);
    EXPECT_TRUE(cut.cut);
    EXPECT_THAT(cut.answers, IsEmpty());
    TestClient client("127.0.0.1", server_.port());
    client.send(framed(query("a.remote.example", type_mx)) + framed(query("b.remote.example", type_a)));
    EXPECT_THAT(decode(next_by_tcp(client)).answers, SizeIs(40));
    EXPECT_THAT(decode(next_by_tcp(client)).answers, SizeIs(1));
    const std::string half = framed(query("c.remote.example", type_a));
    client.send(half.substr(0, 1));
    client.send(half.substr(1, 8));
    client.send(half.substr(9));
    EXPECT_THAT(decode(next_by_tcp(client)).answers, SizeIs(1));
}

TEST_F(DnsServerTest, the_extended_size_is_heeded) {
    for (int i = 0; i < 20; ++i) zone_.add("a.remote.example", "MX", "1 mx" + std::to_string(i) + ".a.remote.example");
    const std::string opt("\0\0\x29\x10\0\0\0\0\0\0\0", 11);
    const std::string reply = by_udp(query("a.remote.example", type_mx, opt));
    EXPECT_FALSE(decode(reply).cut);
    EXPECT_THAT(decode(reply).answers, SizeIs(20));
    EXPECT_EQ(number_at(reply, 10), 1) << "answered in kind";
}

TEST_F(DnsServerTest, bad_queries) {
    const std::string good = query("a.remote.example", type_a);
    EXPECT_EQ(decode(by_udp(good.substr(0, 20))).code, 1);
    std::string two = good;
    two[5] = 2;
    EXPECT_EQ(decode(by_udp(two)).code, 1);
    std::string status = good;
    status[2] = 0x10;
    EXPECT_EQ(decode(by_udp(status)).code, 4);
    std::string chaos = good;
    chaos.back() = 3;
    EXPECT_EQ(decode(by_udp(chaos)).code, 5);
    std::string pointer = good;
    pointer[12] = static_cast<char>(0xC0);
    EXPECT_EQ(decode(by_udp(pointer)).code, 1);
    EXPECT_FALSE(parse_dns_query(good.substr(0, 11)).has_value());
    std::string reply = good;
    reply[2] = static_cast<char>(0x81);
    EXPECT_FALSE(parse_dns_query(reply).has_value());
}

}  // namespace
}  // namespace smtpspec::sink
