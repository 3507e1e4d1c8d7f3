#pragma once

#include "runner/catalogue.h"
#include "runner/testing/temporary_folder.h"

#include <string>

namespace smtpspec::runner {

/// A catalogue with few requirements, the documented settings and the scenarios that a test writes.
class SmallCatalogue {
public:
    SmallCatalogue() {
        folder_.write("requirements/requirements.tsv",
                      header() +
                          "5321-4.1.1.5-rset\t5321\t4.1.1.5\tMUST\tserver\trset\tRSET forgets.\tDATA gets "
                          "503.\t-\t-\n"
                          "5321-4.5.1-noop\t5321\t4.5.1\tSHOULD\tserver\tnoop\tNOOP works.\t250.\t-\t-\n");
        folder_.write("requirements/settings.tsv",
                      header() + "X5\tsettings\tlimits\tDECIDED\tserver\tlimits\tOne over the limit.\t421.\t-\t-\n");
        folder_.write("requirements/unasked.tsv", "");
        folder_.write("fixtures/settings/defaults.toml", R"(
[general]
primary_domain = "mail.example.org"
local_domains = ["example.org"]
admin_email = "postmaster@example.org"
max_mail_size = 1000
[smtp]
max_connections_per_port = 200
max_recipients_per_mail = 100
[smtp.incoming]
port = 25
listen_ip = "127.0.0.1"
[smtp.outgoing]
enabled = false
port = 2525
listen_ip = "127.0.0.1"
[smtp.outgoing.access]
ip_range_control = false
block_local_ips = false
[outgoing_mail]
enabled = false
mode = "independent"
relay_host = ""
relay_port = 25
dns_hosts = []
mx_port = 25
[tls]
certificate = ""
private_key = ""
implicit_port = 0
)");
        folder_.write("fixtures/settings/default.toml", "");
        std::filesystem::create_directories(folder_.path() / "scenarios");
    }

    /// "rfc5321/rset" -> scenarios/rfc5321/rset.smtp
    SmallCatalogue& scenarios(const std::string& prefix, std::string_view content) {
        folder_.write("scenarios/" + prefix + ".smtp", content);
        return *this;
    }
    SmallCatalogue& fixture(const std::string& name, std::string_view content) {
        folder_.write("fixtures/settings/" + name + ".toml", content);
        return *this;
    }

    Catalogue open() const { return Catalogue(folder_.path()); }
    const TemporaryFolder& folder() const { return folder_; }

private:
    static std::string header() {
        return "id\trfc\tsection\tlevel\tside\tgroup\tsummary\tevidence\tneeds\tambiguity\n";
    }

    TemporaryFolder folder_;
};

}  // namespace smtpspec::runner
