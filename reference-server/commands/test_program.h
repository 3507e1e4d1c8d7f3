#pragma once

#include "commands/command_line.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>

namespace refserver::commands {

/// Runs commands in an empty folder, with nothing behind them.
class TestProgram : public testing::Test {
protected:
    TestProgram() : before_(std::filesystem::current_path()) {
        std::string name = testing::TempDir() + "commands-XXXXXX";
        if (!mkdtemp(name.data())) throw std::runtime_error("no folder for the test");
        std::filesystem::current_path(name);
    }
    ~TestProgram() override {
        const auto folder = std::filesystem::current_path();
        std::filesystem::current_path(before_);
        std::filesystem::remove_all(folder);
    }

    /// `input` is what is typed, or comes from a pipe.
    int run_command(const std::vector<std::string>& arguments, const std::string& input = "") {
        in_ = std::istringstream(input);
        out_ = std::ostringstream();
        err_ = std::ostringstream();
        Parts parts;
        parts.serve = [this](const service::ServeOptions& options) {
            served_.push_back(options);
            return 0;
        };
        parts.local_addresses = [] { return std::set{*access::IpAddress::parse("127.0.0.1")}; };
        parts.list_queue = [this](const std::filesystem::path& queue) {
            queue_calls_.push_back("list " + queue.string());
            return std::vector{queued_};
        };
        parts.show_mail = [this](const std::filesystem::path& queue, const std::string& id) {
            if (id != queued_.id) throw std::runtime_error("no such mail");
            queue_calls_.push_back("show " + queue.string() + " " + id);
            return queued_;
        };
        parts.retry_mail = [this](const std::filesystem::path& queue, const std::string& id) {
            queue_calls_.push_back("retry " + queue.string() + " " + id);
        };
        parts.remove_mail = [this](const std::filesystem::path& queue, const std::string& id) {
            queue_calls_.push_back("remove " + queue.string() + " " + id);
        };
        // The console outlives the command: what `serve` is given may write to it later.
        console_ = std::make_unique<Console>(
            Console{.in = in_, .out = out_, .err = err_, .asks = asks_, .coloured = coloured_});
        return run(arguments, parts, *console_);
    }

    std::string out() const { return out_.str(); }
    std::string err() const { return err_.str(); }

    static std::vector<std::string> lines(const std::string& text) {
        std::istringstream stream(text);
        std::vector<std::string> all;
        for (std::string line; std::getline(stream, line);) all.push_back(line);
        return all;
    }
    static void write(const std::filesystem::path& file, const std::string& text) {
        if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }
    static std::string read(const std::filesystem::path& file) {
        std::ifstream stream(file);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    bool asks_ = false;
    bool coloured_ = false;
    std::vector<service::ServeOptions> served_;
    outgoing_mail::QueueEntry queued_;
    std::vector<std::string> queue_calls_;

private:
    std::filesystem::path before_;
    std::istringstream in_;
    std::ostringstream out_;
    std::ostringstream err_;
    std::unique_ptr<Console> console_;
};

}  // namespace refserver::commands
