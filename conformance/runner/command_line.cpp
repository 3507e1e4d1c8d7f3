#include "runner/command_line.h"

#include "runner/commands/commands.h"
#include "runner/orphans.h"
#include "runner/text.h"
#include "runner/version.h"

#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <signal.h>

namespace smtpspec::runner {
namespace {

constexpr const char* selection_group = "Selection";
constexpr const char* server_group = "The server";
constexpr const char* report_group = "Reports (any number at once)";
constexpr const char* running_group = "Running";

void add_catalogue(CLI::App& command, std::string& catalogue) {
    command
        .add_option("--catalogue", catalogue,
                    "folder with scenarios, requirements, fixtures and targets (default: SMTPSPEC_CATALOGUE, then "
                    "share/smtpspec beside the program)")
        ->type_name("DIR");
}

void add_selection(CLI::App& command, Selection& selection) {
    command
        .add_option("SELECTION", selection.patterns,
                    "ids, beginnings of ids (rfc5321/rset), globs ('access/*'), or @FILE with one a line")
        ->group(selection_group);
    command.add_option("--exclude", selection.exclude, "the same; what it names is reported as skipped")
        ->group(selection_group)
        ->type_name("PATTERN")
        ->allow_extra_args(false);
    command
        .add_option("--level", selection.levels,
                    "MUST, 'MUST NOT', SHOULD, 'SHOULD NOT', MAY, IMPLIED, DOCUMENTED, DECIDED")
        ->group(selection_group)
        ->allow_extra_args(false);
    command.add_option("--cites", selection.cites, "a requirement id or a pattern of them ('D2*', '5321-4.1.1.5-*')")
        ->group(selection_group)
        ->type_name("ID")
        ->allow_extra_args(false);
    command.add_option("--extension", selection.extensions, "cases that need this extension")
        ->group(selection_group)
        ->type_name("KEYWORD")
        ->allow_extra_args(false);
    command
        .add_option("--risk", selection.risks,
                    "any, smuggling, injection, downgrade, relay, disclosure or denial-of-service")
        ->group(selection_group)
        ->allow_extra_args(false)
        ->check(
            CLI::IsMember({"any", "smuggling", "injection", "downgrade", "relay", "disclosure", "denial-of-service"}));
}

void add_server_options(CLI::App& run, RunRequest& request) {
    run.add_option("--target", request.target,
                   "executable that starts the server under test, or the name of a bundled one (default: reference)")
        ->type_name("EXECUTABLE")
        ->group(server_group);
    auto* address = run.add_option("--address", request.address, "a server that is running already")
                        ->type_name("HOST:PORT")
                        ->group(server_group)
                        ->excludes("--target");
    const auto with_address = [&](const char* name, std::string& value, const char* what, const char* type) {
        run.add_option(name, value, what)->type_name(type)->group(server_group)->needs(address);
    };
    with_address("--outgoing-address", request.outgoing_address, "its outgoing port", "HOST:PORT");
    with_address("--settings", request.settings, "how it is set up (default: what it offers tells)", "FILE");
    with_address("--recipient", request.recipient, "a hosted address that may get mail (default: nobody gets any)",
                 "ADDRESS");
    with_address("--accounts", request.accounts, "its accounts, user:password:address[,address…] a line", "FILE");
    with_address("--maildir-root", request.maildir_root, "where the mailboxes of those accounts are", "DIR");
    run.add_flag("--read-only", request.read_only, "sends no mail, to nobody")->group(server_group)->needs(address);
}

void add_report_options(CLI::App& run, RunRequest& request) {
    run.add_option("--json", request.json, "everything, with dialogues (docs/results.schema.json)")
        ->type_name("FILE")
        ->group(report_group);
    run.add_option("--junit", request.junit, "JUnit XML for CI systems")->type_name("FILE")->group(report_group);
    run.add_option("--html", request.html, "one page with all in it")->type_name("FILE")->group(report_group);
    run.add_flag("--tap", request.tap, "TAP 14 on standard output; the report for people goes to standard error")
        ->group(report_group);
    run.add_flag("--github", request.github, "annotations for GitHub Actions on standard output")->group(report_group);
    run.add_flag("--verbose,-v", request.verbose, "passed and skipped cases, too")->group(report_group);
    auto* expectations =
        run.add_option(
               "--expectations", request.expectations,
               "known failures: a line `ID REQUIREMENT REASON` for each, ID a case or a pattern; one that passes is "
               "stale, exit status 4")
            ->type_name("FILE")
            ->group(report_group);
    run.add_flag("--update-expectations", request.update_expectations,
                 "writes that file anew: stale lines go, new failures come, the others stay as they are")
        ->needs(expectations)
        ->group(report_group);
}

void add_running_options(CLI::App& run, RunRequest& request) {
    run.add_flag("--strict", request.strict, "a SHOULD counts like a MUST")->group(running_group);
    run.add_option("--jobs,-j", request.jobs, "cases at a time (default: four for each core)")
        ->type_name("N")
        ->check(CLI::Range(1, 1000))
        ->group(running_group);
    run.add_option("--shard", request.shard,
                   "one of N parts of the selection (also TEST_SHARD_INDEX, TEST_TOTAL_SHARDS)")
        ->type_name("I/N")
        ->group(running_group);
    run.add_flag("--shuffle", request.shuffle, "in another order")->group(running_group);
    run.add_option(
           "--access-sample", request.access_sample,
           "of the access product only so many cases that each two parameter values meet in one: for slow servers")
        ->check(CLI::IsMember({"pairwise"}))
        ->group(running_group);
    run.add_option("--seed", request.seed, "in this other order; another sample")->type_name("N")->group(running_group);
    run.add_option("--repeat", request.repeat, "each case so many times")
        ->type_name("N")
        ->check(CLI::Range(1, 1000000))
        ->group(running_group);
    run.add_flag("--fail-fast", request.fail_fast, "stops after the first failure")->group(running_group);
    run.add_option("--timeout-scale", request.timeout_scale, "all time limits times X, for slow machines")
        ->type_name("X")
        ->check(CLI::Range(0.01, 1000.0))
        ->group(running_group);
    run.add_option("--tls", request.tls, "all clients over plain, starttls or implicit")
        ->check(CLI::IsMember({"plain", "starttls", "implicit"}))
        ->group(running_group);
    run.add_option("--segmentation", request.segmentation,
                   "the same bytes, cut otherwise: whole, lines, bytes, split-crlf or coalesced")
        ->check(CLI::IsMember({"whole", "lines", "bytes", "split-crlf", "coalesced"}))
        ->group(running_group);
    run.add_flag("--keep-work", request.keep_work, "leaves the folders of the servers where they are, and names them")
        ->group(running_group);
}

/// What the command line asks for: exactly one is filled in by its command.
struct Requests {
    RunRequest run;
    ListRequest list;
    ShowRequest show;
    LintRequest lint;
    NewRequest create;
    CompareRequest compare;
    ReplayRequest replay;
    CoverageRequest coverage;
    FaultsRequest faults;
};

void add_commands(CLI::App& app, Requests& requests, int& status) {
    CLI::App& run = *app.add_subcommand("run", "runs scenarios against a server and reports");
    run.footer(
        "Examples:\n"
        "  smtpspec run                                   everything against the bundled reference server\n"
        "  smtpspec run rfc5321/rset 'access/*'           part of it\n"
        "  smtpspec run --target ./my-server --junit r.xml   a server of yours, started by ./my-server "
        "(docs/porting.md)\n"
        "  smtpspec run --address 192.0.2.7:25 --recipient me@example.org   one that runs already\n"
        "\n"
        "Exit status: 0 all passed, 1 findings, 2 bad usage, bad scenario files or a report that cannot be\n"
        "written, 3 nothing verified, 4 stale expectations, 77 everything skipped, 130 interrupted (143 by SIGTERM).");
    add_catalogue(run, requests.run.catalogue);
    add_selection(run, requests.run.selection);
    add_server_options(run, requests.run);
    add_report_options(run, requests.run);
    add_running_options(run, requests.run);
    run.callback([&] { status = run_command(requests.run); });

    CLI::App& list = *app.add_subcommand("list", "the catalogue: id, level, citations, title");
    add_catalogue(list, requests.list.catalogue);
    add_selection(list, requests.list.selection);
    list.add_flag("--json", requests.list.json, "as a JSON array");
    list.add_flag("--files", requests.list.files, "only the beginnings of the ids, one for each scenario file");
    list.callback([&] { status = list_command(requests.list); });

    CLI::App& show = *app.add_subcommand("show", "one scenario: script, fixture, citations");
    add_catalogue(show, requests.show.catalogue);
    show.add_option("ID", requests.show.id, "as `smtpspec list` has it")->required();
    show.callback([&] { status = show_command(requests.show); });

    CLI::App& lint = *app.add_subcommand("lint", "checks scenario files, answers at once");
    add_catalogue(lint, requests.lint.catalogue);
    lint.add_option("FILE", requests.lint.files, "scenario files (default: all)");
    lint.callback([&] { status = lint_command(requests.lint); });

    CLI::App& create = *app.add_subcommand("new", "writes a scenario skeleton");
    create.footer("Example:\n  smtpspec new rfc5321/rset/rset-keeps-the-greeting --cites 5321-4.1.1.5-rset-discards");
    add_catalogue(create, requests.create.catalogue);
    create.add_option("ID", requests.create.id, "FOLDER/FILE/SCENARIO; a file that is there gets one scenario more")
        ->required();
    create.add_option("--cites", requests.create.cites, "what it is about")->type_name("ID")->allow_extra_args(false);
    create.callback([&] { status = new_command(requests.create); });

    CLI::App& compare = *app.add_subcommand("compare", "several servers side by side, one column each");
    compare.footer(
        "Example:\n  smtpspec run --json a.json; smtpspec run --target postfix --json b.json; smtpspec compare a.json "
        "b.json");
    add_catalogue(compare, requests.compare.catalogue);
    compare.add_option("--html", requests.compare.html, "the same as one page, with requirements and dialogues")
        ->type_name("FILE");
    compare.add_option("RESULT", requests.compare.files, "files that `smtpspec run --json` wrote")
        ->required()
        ->expected(1, 64);
    compare.callback([&] { status = compare_command(requests.compare); });

    CLI::App& replay = *app.add_subcommand("replay", "runs one failure again, from its record");
    add_catalogue(replay, requests.replay.catalogue);
    replay.add_option("RESULT", requests.replay.file, "file that `smtpspec run --json` wrote")->required();
    replay.add_option("ID", requests.replay.id, "the case")->required();
    replay.callback([&] { status = replay_command(requests.replay); });

    CLI::App& coverage = *app.add_subcommand("coverage", "which requirement is cited by how many cases");
    add_catalogue(coverage, requests.coverage.catalogue);
    add_selection(coverage, requests.coverage.selection);
    coverage.add_flag("--missing", requests.coverage.missing,
                      "only observable requirements that no case cites, without a reason why, one a line");
    coverage.add_flag("--reasons", requests.coverage.reasons,
                      "only observable requirements that no case asks for, with the reason (requirements/unasked.tsv)");
    coverage.add_flag("--json", requests.coverage.json, "every requirement with its cases");
    coverage.callback([&] { status = coverage_command(requests.coverage); });

    CLI::App& faults = *app.add_subcommand(
        "faults", "proves that the suite sees each fault of smtp-faulty-server and of smtp-meddler");
    faults.footer(
        "Errors are a fault that no case sees, a MUST-level scenario that sees no fault (asked of all faults only), "
        "and a case\n"
        "that goes red for a fault though it cites nothing of what the fault breaks.\n\n"
        "Exit status: 0 no error, 1 an error, 2 bad usage, 4 a line of the review is out of date.");
    add_catalogue(faults, requests.faults.catalogue);
    faults.add_option("FAULT", requests.faults.faults, "names or globs (default: all)");
    faults
        .add_option(
            "--target", requests.faults.target,
            "a server behind smtp-meddler, whose faults alone are asked: is this server judged wrong when its wire is?")
        ->type_name("EXECUTABLE");
    faults.add_option("--review", requests.faults.review, "errors that were looked at, a line for each")
        ->type_name("FILE");
    faults.add_option("--jobs,-j", requests.faults.jobs, "faults at a time (default: two for each core)")
        ->type_name("N")
        ->check(CLI::Range(1, 64));
    faults.add_flag("--all-cases", requests.faults.all_cases,
                    "asks all cases that do not cite what a fault breaks whether they go red, not a sample (slow)");
    faults.add_flag("--markdown", requests.faults.markdown, "the matrix as a page for docs");
    faults.callback([&] { status = faults_command(requests.faults); });
}

/// A descriptor that is closed would be given to the next file or socket, and reports would go there. In its place: one
/// on which reading or writing fails.
void occupy_standard_descriptors() {
    for (const int fd : {0, 1, 2}) {
        if (::fcntl(fd, F_GETFD) == -1) {
            (void)!::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

/// CLI11 says of an unknown command only that one is missing.
void require_known_command(const CLI::App& app, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') {
        return;
    }
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    if (std::find(names.begin(), names.end(), argv[1]) == names.end()) {
        throw UsageError(std::string("there is no command ") + argv[1] + did_you_mean(argv[1], names) + "; there are " +
                         join(names, ", "));
    }
}

}  // namespace

int smtpspec_main(int argc, char** argv) {
    occupy_standard_descriptors();
    // A closed pipe is an error of the write, with a message, not a silent death.
    ::signal(SIGPIPE, SIG_IGN);
    CLI::App app(
        "Conformance suite for SMTP servers: scripted clients say things to a server, watch what comes back, what\n"
        "lands in mailboxes and what reaches the next hop, and judge it against the RFCs and documented settings.");
    app.name("smtpspec");
    app.footer("smtpspec COMMAND --help tells more. The scenario language: docs/scenario-language.md.");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("smtpspec ") + suite_version);
    const Orphanage left_by_servers;
    Requests requests;
    int status = exit_usage;
    try {
        add_commands(app, requests, status);
        require_known_command(app, argc, argv);
        app.parse(argc, argv);
        return status;
    } catch (const CLI::Success& help_or_version) {
        return app.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
        app.exit(error);
        return exit_usage;
    } catch (const std::exception& error) {
        std::cerr << "smtpspec: " << error.what() << "\n";
        return exit_usage;
    }
}

}  // namespace smtpspec::runner
