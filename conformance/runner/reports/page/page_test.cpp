#include "runner/reports/page/page.h"

#include "runner/testing/example_run.h"

#include <sstream>

#include <Poco/Base64Decoder.h>
#include <Poco/InflatingStream.h>
#include <Poco/JSON/Parser.h>
#include <Poco/StreamCopier.h>
#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string data_of(const std::string& html) {
    const std::string start = "id=\"data\">";
    const auto from = html.find(start) + start.size();
    std::istringstream in(html.substr(from, html.find("</script>", from) - from));
    Poco::Base64Decoder decoder(in);
    Poco::InflatingInputStream inflater(decoder, Poco::InflatingStreamBuf::STREAM_GZIP);
    std::string out;
    Poco::StreamCopier::copyToString(inflater, out);
    return out;
}

Poco::JSON::Object::Ptr parsed(const std::string& html) {
    return Poco::JSON::Parser().parse(data_of(html)).extract<Poco::JSON::Object::Ptr>();
}

Poco::JSON::Object::Ptr case_of(const Poco::JSON::Object::Ptr& data, const std::string& id) {
    const auto cases = data->getArray("cases");
    for (unsigned i = 0; i < cases->size(); ++i) {
        if (cases->getObject(i)->getValue<std::string>("id") == id) {
            return cases->getObject(i);
        }
    }
    return nullptr;
}

std::string html_of(const RunRecord& run) {
    return page(std::span(&run, 1), {"x"}, example_requirements());
}

TEST(Page, HasEveryCaseWithItsDialogueAndRequirement) {
    const auto data = parsed(html_of(example_run()));
    for (const Result& result : example_run().results) {
        ASSERT_TRUE(case_of(data, result.id)) << result.id;
    }
    const auto result = case_of(data, "rfc5321/rset/answers")->getArray("results")->getObject(0);
    EXPECT_EQ(result->getValue<std::string>("status"), "fail");
    EXPECT_EQ(result->getArray("talk")->getArray(1)->getElement<std::string>(3), "RSET\r\n");
    EXPECT_EQ(result->getArray("talk")->size(), 4u) << "the fence's own dialogue is left out";
    const auto requirement = data->getObject("requirements")->getObject("5321-4.1.1.5-rset");
    EXPECT_EQ(requirement->getValue<std::string>("summary"), "RSET forgets & goes on.");
    EXPECT_TRUE(case_of(data, "rfc5321/rset/known")->getArray("results")->getObject(0)->getValue<bool>("known"));
}

TEST(Page, NothingThatAServerSaysIsMarkup) {
    RunRecord run = example_run();
    run.target = "</script><script>alert(1)</script>";
    run.target_version = "<script>alert(2)</script>";
    run.results[1].transcript[2].data = "500 <img src=x onerror=y>\r\n";
    const std::string html = page(std::span(&run, 1), {"<b>x"}, example_requirements());
    EXPECT_THAT(html, Not(HasSubstr("alert(")));
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, Not(HasSubstr("<b>x")));
    EXPECT_THAT(html, HasSubstr("&lt;b&gt;x"));
}

TEST(Page, FetchesNothing) {
    const std::string html = html_of(example_run());
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
    EXPECT_THAT(html, Not(HasSubstr(" src=")));
    EXPECT_THAT(html, Not(HasSubstr("<link")));
    EXPECT_THAT(html, Not(HasSubstr("url(")));
}

TEST(Page, LongDialoguesAreCutAndSaySo) {
    RunRecord run = example_run();
    run.results[1].transcript[2].data = std::string(1000000, 'x');
    const auto talk =
        case_of(parsed(html_of(run)), "rfc5321/rset/answers")->getArray("results")->getObject(0)->getArray("talk");
    EXPECT_EQ(talk->getArray(2)->getElement<std::string>(3).size(), 2000u);
    EXPECT_EQ(talk->getArray(3)->getElement<std::string>(3), "998000 octets more");
}

TEST(Page, TellsHowToRunTheCaseAgain) {
    RunRecord run = example_run();
    run.options = {{"target", "/my targets/it's"}, {"strict", "true"}, {"seed", "7"}};
    EXPECT_EQ(parsed(html_of(run))->getArray("runs")->getObject(0)->getValue<std::string>("again"),
              R"(smtpspec run --strict --target '/my targets/it'\''s')");
}

TEST(Page, SeveralRunsStandSideBySide) {
    std::vector<RunRecord> runs = {example_run(), example_run()};
    runs[1].results.erase(runs[1].results.begin());
    const auto data = parsed(page(runs, {"a", "b"}, example_requirements()));
    EXPECT_TRUE(case_of(data, "rfc5321/rset/forgets")->getArray("results")->isNull(1));
    EXPECT_FALSE(case_of(data, "rfc5321/rset/answers")->getArray("results")->isNull(1));
    runs[1].suite_version = "other";
    EXPECT_THROW(page(runs, {"a", "b"}, example_requirements()), std::runtime_error);
}

}  // namespace
}  // namespace smtpspec::runner
