#include "runner/reports/junit_report.h"

#include "runner/testing/example_run.h"

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/DOM/Element.h>
#include <Poco/DOM/NodeList.h>
#include <gmock/gmock.h>

namespace smtpspec::runner {
namespace {

using testing::HasSubstr;

TEST(XmlText, EscapesMarkupAndWhatXmlCannotHold) {
    EXPECT_EQ(xml_text("<a b=\"c\">&\n"), "&lt;a b=&quot;c&quot;&gt;&amp;\n");
    EXPECT_EQ(xml_text(std::string_view("\x1b\0\xff", 3)), "\\x1b\\x00\xef\xbf\xbd");
    EXPECT_EQ(xml_text("ä"), "ä");
}

TEST(JunitReport, CountsAndGroupsByScenarioFile) {
    const std::string xml = junit_report(example_run(), example_requirements());
    EXPECT_THAT(
        xml,
        HasSubstr(
            "<testsuites name=\"smtpspec\" tests=\"6\" failures=\"1\" errors=\"1\" skipped=\"2\" time=\"2.000\">"));
    EXPECT_THAT(xml,
                HasSubstr("<testsuite name=\"rfc5321/rset\" timestamp=\"2026-11-24T12:00:00\" hostname=\"localhost\" "
                          "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0.015\">"));
    EXPECT_THAT(xml, HasSubstr("<testcase name=\"forgets\" classname=\"rfc5321/rset\" time=\"0.005\"/>"));
    EXPECT_THAT(xml, HasSubstr("<skipped message=\"unsupported-extension: CHUNKING is not offered # here\"/>"));
    EXPECT_THAT(xml, HasSubstr("<skipped message=\"known failure (until 2.0): "));
    EXPECT_THAT(xml, HasSubstr("<error message=\"no 220\" type=\"undecided\">"));
    EXPECT_THAT(
        xml,
        HasSubstr("<failure message=\"expected 250; got &lt;500&gt; &amp; &quot;\\x1b[31m&quot;\" type=\"MUST\">"));
}

TEST(JunitReport, IsWellFormedAndTheElementsAreWhereCiSystemsLook) {
    Poco::XML::DOMParser parser;
    const Poco::AutoPtr<Poco::XML::Document> document =
        parser.parseString(junit_report(example_run(), example_requirements()));
    EXPECT_EQ(document->documentElement()->tagName(), "testsuites");
    const Poco::AutoPtr<Poco::XML::NodeList> cases = document->getElementsByTagName("testcase");
    ASSERT_EQ(cases->length(), 6u);
    for (unsigned long i = 0; i < cases->length(); ++i) {
        const auto* element = static_cast<Poco::XML::Element*>(cases->item(i));
        EXPECT_TRUE(element->hasAttribute("name") && element->hasAttribute("classname"));
        EXPECT_EQ(static_cast<Poco::XML::Element*>(element->parentNode())->tagName(), "testsuite");
    }
    const Poco::AutoPtr<Poco::XML::NodeList> failures = document->getElementsByTagName("failure");
    EXPECT_THAT(failures->item(0)->innerText(), HasSubstr("one S: 500-\\xff\\x1b\\x00\\r\\n"));
}

}  // namespace
}  // namespace smtpspec::runner
