#include "commands/command.h"

#include <ctime>
#include <iomanip>
#include <ostream>
#include <sstream>

namespace refserver::commands {

namespace {

struct QueueArguments {
    Files files;
    std::string id;
};

std::filesystem::path directory(const QueueArguments& arguments, const Console& console) {
    if (!arguments.files.queue.empty()) return arguments.files.queue;
    return arguments.files.queue_directory(arguments.files.read_settings(console));
}

std::string in_words(std::chrono::system_clock::time_point time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::ostringstream text;
    text << std::put_time(&local, "%Y-%m-%d %H:%M:%S %z");
    return text.str();
}

std::string sender_of(const outgoing_mail::QueueEntry& entry) {
    return "<" + entry.reverse_path + ">";
}

/// Answers come from other servers: nothing in them may steer the terminal.
std::string printable(std::string text) {
    for (char& c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (octet < 0x20 || octet == 0x7f) c = ' ';
    }
    return text;
}

void list(const QueueArguments& arguments, Context& context) {
    for (const auto& entry : context.parts.list_queue(directory(arguments, context.console))) {
        context.console.out << entry.id << '\t' << entry.size << '\t' << in_words(entry.next_attempt) << '\t'
                            << printable(sender_of(entry)) << '\t' << entry.pending.size()
                            << (entry.pending.size() == 1 ? " recipient" : " recipients") << '\n';
    }
}

void show(const QueueArguments& arguments, Context& context) {
    const auto entry = context.parts.show_mail(directory(arguments, context.console), arguments.id);
    std::ostream& out = context.console.out;
    out << "id            " << entry.id << "\nfrom          " << printable(sender_of(entry)) << "\nsize          "
        << entry.size << " octets\narrived       " << in_words(entry.arrived) << "\nnext attempt  "
        << in_words(entry.next_attempt) << '\n';
    for (const auto& recipient : entry.pending) {
        out << "waiting       <" << printable(recipient.address) << ">, attempts so far: " << recipient.attempts
            << '\n';
        if (!recipient.last_answer.empty()) out << "              " << printable(recipient.last_answer) << '\n';
    }
}

void retry(const QueueArguments& arguments, Context& context) {
    context.parts.retry_mail(directory(arguments, context.console), arguments.id);
    context.console.out << arguments.id << " will be tried again now.\n";
}

void remove(const QueueArguments& arguments, Context& context) {
    context.parts.remove_mail(directory(arguments, context.console), arguments.id);
    context.console.out << arguments.id << " is removed; its sender is not told.\n";
}

}  // namespace

void add_queue(CLI::App& program, Context& context) {
    auto* command = program.add_subcommand("queue", "look after outgoing mail that waits");
    command->require_subcommand(1);
    command->footer("All of this works while the server runs.");
    const auto add_command = [&](const char* name, const char* text, bool needs_id, auto run) {
        auto* subcommand = command->add_subcommand(name, text);
        auto arguments = std::make_shared<QueueArguments>();
        add_settings_option(*subcommand, arguments->files);
        subcommand
            ->add_option("--queue", arguments->files.queue,
                         "the folder of outgoing mail (default: queue in the data folder)")
            ->type_name("DIR");
        if (needs_id) {
            subcommand->add_option("id", arguments->id, "as `queue list` shows it")->required()->type_name("ID");
        }
        subcommand->callback([arguments, run, &context] { run(*arguments, context); });
    };
    add_command("list", "show all: id, octets, next attempt, sender, recipients that wait", false, list);
    add_command("show", "show one mail with the last answer to each recipient", true, show);
    add_command("retry", "try one mail again now", true, retry);
    add_command("remove", "drop one mail", true, remove);
}

}  // namespace refserver::commands
