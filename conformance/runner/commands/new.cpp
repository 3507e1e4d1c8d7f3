#include "runner/commands/commands.h"
#include "runner/text.h"

#include <algorithm>
#include <filesystem>

namespace smtpspec::runner {
namespace fs = std::filesystem;
namespace {

bool is_slug(const std::string& part) {
    return !part.empty() && part.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.+-_") == std::string::npos &&
           part.find_first_not_of('.') != std::string::npos;
}

std::string skeleton(const std::string& slug, const std::vector<std::string>& cites) {
    return "scenario " + slug +
           "\n"
           "  One sentence that says what is required\n"
           "  cites " +
           (cites.empty() ? "REQUIREMENT-ID" : join(cites, " ")) +
           "\n"
           "  given EHLO\n"
           "  C: MAIL FROM:<$ann>\n"
           "  S: 250 -- what a reader of a failure should know\n";
}

}  // namespace

int new_command(const NewRequest& request) {
    const Catalogue catalogue = open_catalogue(request.catalogue);
    const std::vector<std::string> parts = split(request.id, '/');
    if (parts.size() < 3 || !std::all_of(parts.begin(), parts.end(), is_slug)) {
        throw UsageError("an id is FOLDER/FILE/SCENARIO, each of a-z 0-9 . + - _; not " + request.id);
    }
    for (const std::string& id : request.cites) {
        if (!catalogue.requirements().find(id)) {
            throw UsageError("there is no requirement " + id + did_you_mean(id, catalogue.requirements().ids()));
        }
    }
    const std::string prefix = join({parts.begin(), parts.end() - 1}, "/");
    const fs::path file = catalogue.scenario_file(prefix);
    std::string content;
    if (fs::exists(file)) {
        content = read_file(file);
        if (("\n" + content).find("\nscenario " + parts.back() + "\n") != std::string::npos) {
            throw UsageError(file.string() + " has a scenario " + parts.back() + " already");
        }
        content += content.ends_with("\n") ? "\n" : "\n\n";
    } else {
        content = "fixture default\n\n";
        std::error_code ignored;
        fs::create_directories(file.parent_path(), ignored);
    }
    write_file(file, content + skeleton(parts.back(), request.cites));
    print("wrote " + file.string() + "\nnext: say what is required" +
          (request.cites.empty() ? ", cite what requires it (`smtpspec coverage --missing` has what no case cites)"
                                 : "") +
          ", write the dialogue, then\n  smtpspec lint " + file.string() + "\n  smtpspec run " + request.id + "\n");
    return exit_passed;
}

}  // namespace smtpspec::runner
