#include "access/access.h"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace refserver::access {
namespace {

/// One row of the table: a letter for each column, `.` for any. Read off SETTINGS.md, D5, D6 and D15 to D26 in the
/// order of X10. The columns: outgoing SMTP (+ on), port (i incoming alone, s shared, o outgoing alone), client on the
/// safe list, local addresses safe, local addresses blocked, client's address local, range control (0 off, i client
/// inside, x outside), authentication, logged in.
struct Row {
    std::string_view pattern;
    Verdict verdict;
    std::string_view rule;
};

constexpr auto allow = Verdict::allow;
constexpr auto login = Verdict::needs_login;
constexpr auto refuse = Verdict::refuse;

constexpr Row table[] = {
    // on port safe allow block local range auth login
    {"-........", refuse, "D6"},
    {"+i.......", refuse, "D5"},
    {"+s+......", allow, "D25"},
    {"+o+......", allow, "D25"},
    {"+s-+.+...", allow, "D26"},
    {"+o-+.+...", allow, "D26"},
    {"+s--++...", refuse, "D24"},
    {"+o--++...", refuse, "D24"},
    // Neither safe nor blocked: an address of another computer,
    {"+s-..-x..", refuse, "D22"},
    {"+o-..-x..", refuse, "D23"},
    {"+s-..-0+-", login, "D18"},
    {"+o-..-0+-", login, "D17"},
    {"+s-..-i+-", login, "D18"},
    {"+o-..-i+-", login, "D17"},
    {"+s-..-0++", allow, "D18"},
    {"+o-..-0++", allow, "D17"},
    {"+s-..-i++", allow, "D16"},
    {"+o-..-i++", allow, "D16"},
    {"+s-..-i-.", allow, "D22"},
    {"+o-..-i-.", allow, "D21"},
    {"+s-.--0-.", allow, "D15"},
    {"+o-.--0-.", allow, "D15"},
    {"+s-.+-0-.", allow, "D24"},
    {"+o-.+-0-.", allow, "D24"},
    // or one of this computer that nothing is said about.
    {"+s---+x..", refuse, "D22"},
    {"+o---+x..", refuse, "D23"},
    {"+s---+0+-", login, "D18"},
    {"+o---+0+-", login, "D17"},
    {"+s---+i+-", login, "D18"},
    {"+o---+i+-", login, "D17"},
    {"+s---+0++", allow, "D18"},
    {"+o---+0++", allow, "D17"},
    {"+s---+i++", allow, "D16"},
    {"+o---+i++", allow, "D16"},
    {"+s---+i-.", allow, "D22"},
    {"+o---+i-.", allow, "D21"},
    {"+s---+0-.", allow, "D15"},
    {"+o---+0-.", allow, "D15"},
};

bool matches(std::string_view pattern, std::string_view combination) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '.' && pattern[i] != combination[i]) return false;
    }
    return true;
}

/// All combinations of the columns' letters.
std::vector<std::string> product() {
    constexpr std::array<std::string_view, 9> columns{"+-", "iso", "+-", "+-", "+-", "+-", "0ix", "+-", "+-"};
    std::vector<std::string> all{""};
    for (const auto letters : columns) {
        std::vector<std::string> longer;
        for (const auto& begun : all) {
            for (const char letter : letters) longer.push_back(begun + letter);
        }
        all = std::move(longer);
    }
    return all;
}

struct Situation {
    Rules rules;
    PortRoles roles;
    Client client;
};

Situation situation(std::string_view combination, const IpAddress& address, const IpRange& around,
                    const IpRange& elsewhere) {
    const auto on = [&](std::size_t column) { return combination[column] == '+'; };
    Situation made;
    made.rules.outgoing_enabled = on(0);
    made.roles = {.incoming = combination[1] != 'o', .outgoing = combination[1] != 'i'};
    made.rules.safe_ips = {elsewhere};
    if (on(2)) made.rules.safe_ips.push_back(around);
    made.rules.allow_local_ips = on(3);
    made.rules.block_local_ips = on(4);
    made.client = {.address = address, .is_local = on(5), .logged_in = on(8)};
    made.rules.ip_range_control = combination[6] != '0';
    made.rules.ip_ranges = {elsewhere};
    // Ranges mean nothing while range control is off.
    if (combination[6] == 'i') made.rules.ip_ranges.push_back(around);
    made.rules.authentication = on(7);
    return made;
}

TEST(Product, IsDecidedAsTheTableSays) {
    const std::array<const char*, 3> cases[] = {std::array{"192.0.2.7", "192.0.2.0/24", "198.51.100.1"},
                                                std::array{"::ffff:192.0.2.7", "192.0.2.7-192.0.2.9", "2001:db8::/32"},
                                                std::array{"2001:db8::7", "2001:db8::7", "2001:db8::8-2001:db8::9"}};
    for (const auto& texts : cases) {
        SCOPED_TRACE(texts[0]);
        const auto address = *IpAddress::parse(texts[0]);
        const auto around = *IpRange::parse(texts[1]);
        const auto elsewhere = *IpRange::parse(texts[2]);
        const auto combinations = product();
        ASSERT_EQ(combinations.size(), 2U * 3 * 2 * 2 * 2 * 2 * 3 * 2 * 2);
        for (const auto& combination : combinations) {
            SCOPED_TRACE(combination);
            const Row* row = nullptr;
            for (const auto& candidate : table) {
                if (!matches(candidate.pattern, combination)) continue;
                ASSERT_EQ(row, nullptr) << "two rows: " << row->pattern << ", " << candidate.pattern;
                row = &candidate;
            }
            ASSERT_NE(row, nullptr);
            const auto made = situation(combination, address, around, elsewhere);
            const auto decision = outgoing_privileges(made.rules, made.roles, made.client);
            EXPECT_EQ(decision.verdict, row->verdict);
            EXPECT_EQ(decision.rule, row->rule);
            EXPECT_FALSE(decision.why.empty());

            const bool split_outgoing = combination[1] == 'o';
            EXPECT_EQ(disconnect_at_once(made.rules, made.roles, made.client),
                      split_outgoing && row->verdict == refuse);
            EXPECT_EQ(mail_needs_login(made.rules, made.roles, made.client), split_outgoing && row->verdict == login);
            EXPECT_EQ(offers_authentication(made.rules, made.roles),
                      combination[0] == '+' && combination[1] != 'i' && combination[7] == '+');
        }
    }
}

TEST(AccessTable, HasNoRowThatNothingMatches) {
    for (const auto& row : table) {
        EXPECT_TRUE(std::ranges::any_of(product(), [&](const auto& c) { return matches(row.pattern, c); }))
            << row.pattern;
    }
}

/// X10 asks in this order; `explain` shows the questions up to the one that decides.
TEST(Steps, EndWithTheRuleThatDecides) {
    for (const auto& combination : product()) {
        SCOPED_TRACE(combination);
        const auto made = situation(combination, *IpAddress::parse("192.0.2.7"), *IpRange::parse("192.0.2.7"),
                                    *IpRange::parse("198.51.100.1"));
        const auto decision = outgoing_privileges(made.rules, made.roles, made.client);
        const auto taken = steps(made.rules, made.roles, made.client);
        const std::vector<std::string_view> order{"D6",
                                                  "D5",
                                                  "D25",
                                                  "D26",
                                                  "D24",
                                                  combination[1] == 'o' ? "D23" : "D22",
                                                  combination[1] == 'o' ? "D17" : "D18"};
        ASSERT_FALSE(taken.empty());
        ASSERT_LE(taken.size(), order.size());
        for (std::size_t i = 0; i < taken.size(); ++i) {
            if (made.roles.outgoing) {
                EXPECT_EQ(taken[i].rule, order[i]);
            }
            if (i + 1 < taken.size()) {
                EXPECT_FALSE(taken[i].answer);
            }
        }
        if (taken.back().answer) {
            EXPECT_EQ(taken.back().rule, decision.rule);
        } else {
            EXPECT_EQ(taken.size(), order.size());
            EXPECT_EQ(decision.verdict, allow);
        }
    }
}

}  // namespace
}  // namespace refserver::access
