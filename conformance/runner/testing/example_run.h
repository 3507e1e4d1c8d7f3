#pragma once

#include "runner/requirements.h"
#include "runner/result.h"

namespace smtpspec::runner {

/// One result of each kind, with everything in it that a report has to escape.
inline RunRecord example_run() {
    RunRecord run;
    run.suite_version = "0.1.0";
    run.target = "/targets/x";
    run.target_version = "ESMTP X";
    run.started = "2026-11-24T12:00:00Z";
    run.duration = std::chrono::milliseconds(2000);
    run.options = {{"target", "/targets/x"}};

    Result pass;
    pass.id = "rfc5321/rset/forgets";
    pass.title = "RSET forgets";
    pass.level = "MUST";
    pass.citations = {"5321-4.1.1.5-rset"};
    pass.status = Status::pass;
    pass.duration = std::chrono::milliseconds(5);
    pass.transcript = {{0, "", "sent", "RSET\r\n"}};

    Result fail = pass;
    fail.id = "rfc5321/rset/answers";
    fail.risk = "smuggling";
    fail.status = Status::fail;
    fail.reason = "expected 250; got <500> & \"\x1b[31m\"";
    fail.place = "rset.smtp:12";
    fail.server_errors = "about 1234\nabout 40001\n";
    fail.transcript = {{0, "one", "opened", "127.0.0.10:40001 to 127.0.0.1:25"},
                       {1, "one", "sent", "RSET\r\n"},
                       {2, "one", "received", std::string("500-\xff\x1b\0\r\n500 no\r\n", 17)},
                       {3, "fence", "sent", "EHLO x\r\n"},
                       {4, "one", "closed", "by the client"}};

    Result warn = pass;
    warn.id = "rfc5321/noop/works";
    warn.level = "SHOULD";
    warn.status = Status::warn;
    warn.reason = "late, 100% so";

    Result skip = pass;
    skip.id = "chunking/bdat/one";
    skip.status = Status::skip;
    skip.skip = SkipReason::unsupported_extension;
    skip.reason = "CHUNKING is not offered # here";
    skip.transcript.clear();

    Result error = pass;
    error.id = "rfc5321/noop/undecided";
    error.status = Status::error;
    error.reason = "no 220";
    error.transcript.clear();

    Result known = fail;
    known.id = "rfc5321/rset/known";
    known.known = "until 2.0";
    run.results = {pass, fail, warn, skip, error, known};
    return run;
}

inline Requirements example_requirements() {
    Requirements requirements;
    requirements.add(
        "id\trfc\tsection\tlevel\tside\tgroup\tsummary\tevidence\tneeds\tambiguity\n"
        "5321-4.1.1.5-rset\t5321\t4.1.1.5\tMUST\tserver\trset\tRSET forgets & goes on.\tSeen.\t-\t-\n",
        "r.tsv");
    return requirements;
}

}  // namespace smtpspec::runner
