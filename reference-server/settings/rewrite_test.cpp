#include "settings/rewrite.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace refserver::settings {
namespace {

std::string with(const std::string& text, std::string_view name, Value value) {
    return with_changes(text, {{find_setting(name), std::move(value)}});
}

constexpr std::uint64_t nine = 9;

TEST(Rewrite, ReplacesTheValueAndNothingElse) {
    EXPECT_EQ(with("# top\n[smtp]\nmax_connections_per_port = 200 # mine\nmax_recipients_per_mail=5\n",
                   "smtp.max_connections_per_port", nine),
              "# top\n[smtp]\nmax_connections_per_port = 9 # mine\nmax_recipients_per_mail=5\n");
}

struct Form {
    const char* before;
    const char* after;
};

TEST(EachForm, OfWritingTheValueIsFound) {
    const Form cases[] = {
        Form{"smtp.incoming.port = 25", "smtp.incoming.port = 9"},
        Form{"[smtp]\nincoming.port=1_0", "[smtp]\nincoming.port=9"},
        Form{"[smtp]\r\nincoming = { port = 0x10, listen_ip = 'ü' }\r\n",
             "[smtp]\r\nincoming = { port = 9, listen_ip = 'ü' }\r\n"},
        Form{"smtp.incoming={listen_ip='üüü',port=25}", "smtp.incoming={listen_ip='üüü',port=9}"},
        Form{"[smtp.incoming]\n\tport\t=\t25\t# ü\n", "[smtp.incoming]\n\tport\t=\t9\t# ü\n"},
        // What is not there yet is put into its table,
        Form{"[smtp.incoming] # here\nlisten_ip = ''\n", "[smtp.incoming] # here\nport = 9\nlisten_ip = ''\n"},
        Form{"[smtp.incoming]", "[smtp.incoming]\nport = 9\n"},
        // into a new one,
        Form{"", "\n[smtp.incoming]\nport = 9\n"},
        Form{"[smtp]\nmax_recipients_per_mail = 3",
             "[smtp]\nmax_recipients_per_mail = 3\n\n[smtp.incoming]\nport = 9\n"},
        // or stands alone at the top.
        Form{"smtp.incoming.listen_ip = ''\n", "smtp.incoming.port = 9\nsmtp.incoming.listen_ip = ''\n"}};
    for (const auto& form : cases) {
        EXPECT_EQ(with(form.before, "smtp.incoming.port", nine), form.after);
    }
}

TEST(Rewrite, PutsASettingIntoATableThatOnlyItsChildrenMention) {
    const auto text = with("[smtp.incoming]\nport = 25\n", "smtp.max_connections_per_port", nine);
    EXPECT_EQ(text, "[smtp.incoming]\nport = 25\n\n[smtp]\nmax_connections_per_port = 9\n");
}

TEST(Rewrite, ReplacesStringsAndLists) {
    EXPECT_EQ(with("[general]\nlocal_domains = [ 'a.example', # first\n 'b.example' ] # both\n",
                   "general.local_domains", std::vector<std::string>{"c.example"}),
              "[general]\nlocal_domains = [\"c.example\"] # both\n");
    EXPECT_EQ(with("[general]\ndata_directory = 'ü' # ü\n", "general.data_directory", std::string("a\"b")),
              "[general]\ndata_directory = \"a\\\"b\" # ü\n");
    EXPECT_EQ(with("general.data_directory = '''x\ny''' # z", "general.data_directory", std::string("d")),
              "general.data_directory = \"d\" # z");
    EXPECT_EQ(with("tls.required_for_authentication = false\n", "tls.required_for_authentication", true),
              "tls.required_for_authentication = true\n");
}

TEST(Rewrite, RefusesWhatItCannotDo) {
    EXPECT_THROW(with("[smtp", "smtp.incoming.port", nine), std::runtime_error);
    // An inline table is closed, and a value is no table.
    EXPECT_THROW(with("smtp = { incoming = { listen_ip = '' } }\n", "smtp.incoming.port", nine), std::runtime_error);
    EXPECT_THROW(with("smtp = 5\n", "smtp.incoming.port", nine), std::runtime_error);
}

}  // namespace
}  // namespace refserver::settings
