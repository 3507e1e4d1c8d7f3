#include "runner/testing/report_checks.h"

#include "runner/text.h"

#include <algorithm>

#include <Poco/AutoPtr.h>
#include <Poco/DOM/DOMParser.h>
#include <Poco/DOM/Document.h>
#include <Poco/Exception.h>
#include <gmock/gmock.h>

namespace smtpspec::runner {

void expect_harmless(const std::string& report, const std::string& name) {
    const auto control = std::find_if(report.begin(), report.end(), [](const char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    });
    EXPECT_EQ(control, report.end()) << name << ": octet " << static_cast<int>(*control) << " at "
                                     << control - report.begin();
    EXPECT_EQ(valid_utf8(report), report) << name << " is not UTF-8";
    // C1 controls, and the marks that turn or break lines.
    for (const char* bad : {"\xc2\x9b", "\xe2\x80\xae", "\xe2\x80\xa8"}) {
        EXPECT_EQ(report.find(bad), std::string::npos) << name << ": " << visible(bad);
    }
}

void expect_results(const std::string& tap_and_github, const RunRecord& run) {
    std::size_t results = 0;
    std::size_t annotations = 0;
    for (const std::string& line : split(tap_and_github, '\n')) {
        results += line.starts_with("ok ") || line.starts_with("not ok ") ? 1 : 0;
        annotations += line.starts_with("::") ? 1 : 0;
        EXPECT_FALSE(line.starts_with("##"));
        EXPECT_FALSE(line.starts_with("Bail out!"));
    }
    EXPECT_EQ(results, run.results.size());
    EXPECT_EQ(annotations, run.count(Status::fail) + run.count(Status::warn) + run.count(Status::error));
}

void expect_well_formed_xml(const std::string& xml) {
    try {
        Poco::XML::DOMParser parser;
        const Poco::AutoPtr<Poco::XML::Document> document = parser.parseString(xml);
        EXPECT_EQ(document->documentElement()->nodeName(), "testsuites");
    } catch (const Poco::Exception& error) {
        ADD_FAILURE() << error.displayText();
    }
}

}  // namespace smtpspec::runner
