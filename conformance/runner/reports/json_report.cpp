#include "runner/reports/json_report.h"

#include "runner/text.h"

#include <stdexcept>

#include <Poco/Exception.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace smtpspec::runner {
namespace {

void append_unit(std::string& out, unsigned unit) {
    constexpr const char* digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12u, 8u, 4u, 0u}) {
        out += digits[unit >> shift & 0xf];
    }
}

void append_code_point(std::string& out, unsigned code) {
    switch (code) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    if (code >= 0x20 && code < 0x7f) {
        out += static_cast<char>(code);
    } else if (code < 0x10000) {
        append_unit(out, code);
    } else {
        append_unit(out, 0xd800 + ((code - 0x10000) >> 10));
        append_unit(out, 0xdc00 + ((code - 0x10000) & 0x3ff));
    }
}

unsigned code_point(std::string_view sequence) {
    const auto first = static_cast<unsigned char>(sequence.front());
    unsigned code = sequence.size() == 1   ? first
                    : sequence.size() == 2 ? first & 0x1fu
                    : sequence.size() == 3 ? first & 0x0fu
                                           : first & 0x07u;
    for (const char c : sequence.substr(1)) {
        code = code << 6 | (static_cast<unsigned char>(c) & 0x3fu);
    }
    return code;
}

std::string json_list(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) {
        out += (out.size() == 1 ? "" : ", ") + json_text(item);
    }
    return out + "]";
}

std::string json_entry(const client::TranscriptEntry& entry) {
    return "{\"at_ms\": " + std::to_string(entry.at_ms) + ", \"client\": " + json_text(entry.client) +
           ", \"direction\": " + json_text(entry.direction) + ", \"data\": " + json_octets(entry.data) + "}";
}

std::string json_result(const Result& result) {
    std::string out = "{\"id\": " + json_text(result.id) + ", \"title\": " + json_text(result.title) +
                      ", \"level\": " + json_text(result.level) + ", \"citations\": " + json_list(result.citations) +
                      ", \"risk\": " + json_text(result.risk) + ", \"status\": " + json_text(to_string(result.status)) +
                      ", \"reason\": " + json_text(result.full_reason()) +
                      ", \"duration_ms\": " + std::to_string(result.duration.count()) + ", \"transcript\": [";
    bool first = true;
    for (const client::TranscriptEntry& entry : result.transcript) {
        out += (first ? "" : ", ") + json_entry(entry);
        first = false;
    }
    return out + "]}";
}

Status status_from(const std::string& word) {
    for (const Status status : {Status::pass, Status::fail, Status::warn, Status::skip, Status::error}) {
        if (word == to_string(status)) {
            return status;
        }
    }
    throw std::runtime_error("unknown status " + word);
}

Result result_from(const Poco::JSON::Object& object) {
    Result result;
    result.id = object.getValue<std::string>("id");
    result.title = object.getValue<std::string>("title");
    result.level = object.getValue<std::string>("level");
    result.risk = object.getValue<std::string>("risk");
    result.status = status_from(object.getValue<std::string>("status"));
    result.reason = object.getValue<std::string>("reason");
    result.duration = std::chrono::milliseconds(object.getValue<Poco::Int64>("duration_ms"));
    for (const auto& id : *object.getArray("citations")) {
        result.citations.push_back(id.convert<std::string>());
    }
    const auto transcript = object.getArray("transcript");
    for (unsigned i = 0; i < transcript->size(); ++i) {
        const auto entry = transcript->getObject(i);
        result.transcript.push_back({entry->getValue<Poco::Int64>("at_ms"), entry->getValue<std::string>("client"),
                                     entry->getValue<std::string>("direction"),
                                     octets_from_json(entry->getValue<std::string>("data"))});
    }
    return result;
}

}  // namespace

std::string json_text(std::string_view text) {
    std::string out = "\"";
    const std::string valid = valid_utf8(text);
    for (std::size_t i = 0; i < valid.size();) {
        const std::size_t length = utf8_sequence(std::string_view(valid).substr(i));
        append_code_point(out, code_point(std::string_view(valid).substr(i, length)));
        i += length;
    }
    return out + '"';
}

std::string json_octets(std::string_view octets) {
    std::string out = "\"";
    for (const char c : octets) {
        append_code_point(out, static_cast<unsigned char>(c));
    }
    return out + '"';
}

std::string octets_from_json(const std::string& utf8) {
    std::string out;
    for (std::size_t i = 0; i < utf8.size();) {
        const std::size_t length = utf8_sequence(std::string_view(utf8).substr(i));
        const unsigned code = length ? code_point(std::string_view(utf8).substr(i, length)) : 0x100;
        if (code > 0xff) {
            throw std::runtime_error("a transcript holds characters up to U+00FF, one for each octet");
        }
        out += static_cast<char>(code);
        i += length;
    }
    return out;
}

std::string json_report(const RunRecord& run) {
    std::string out =
        "{\n\"suite_version\": " + json_text(run.suite_version) + ",\n\"target\": " + json_text(run.target) +
        ",\n\"target_version\": " + json_text(run.target_version) + ",\n\"started\": " + json_text(run.started) +
        ",\n\"duration_ms\": " + std::to_string(run.duration.count()) + ",\n\"summary\": {";
    bool first = true;
    for (const Status status : {Status::pass, Status::fail, Status::warn, Status::skip, Status::error}) {
        out += std::string(first ? "" : ", ") + "\"" + to_string(status) + "\": " + std::to_string(run.count(status));
        first = false;
    }
    out += "},\n\"options\": {";
    first = true;
    for (const auto& [name, value] : run.options) {
        out += (first ? "" : ", ") + json_text(name) + ": " + json_text(value);
        first = false;
    }
    out += "},\n\"results\": [";
    first = true;
    for (const Result& result : run.results) {
        out += (first ? "\n" : ",\n") + json_result(result);
        first = false;
    }
    return out + "\n]\n}\n";
}

RunRecord read_json_report(std::string_view json, const std::string& file_name) {
    try {
        Poco::JSON::Parser parser;
        const auto object = parser.parse(std::string(json)).extract<Poco::JSON::Object::Ptr>();
        RunRecord run;
        run.suite_version = object->getValue<std::string>("suite_version");
        run.target = object->getValue<std::string>("target");
        run.target_version = object->getValue<std::string>("target_version");
        run.started = object->getValue<std::string>("started");
        run.duration = std::chrono::milliseconds(object->getValue<Poco::Int64>("duration_ms"));
        if (const auto options = object->getObject("options")) {
            for (const auto& [name, value] : *options) {
                run.options[name] = value.convert<std::string>();
            }
        }
        const auto results = object->getArray("results");
        if (!results) {
            throw std::runtime_error("it has no results");
        }
        for (unsigned i = 0; i < results->size(); ++i) {
            run.results.push_back(result_from(*results->getObject(i)));
        }
        return run;
    } catch (const Poco::Exception& error) {
        throw std::runtime_error(file_name + " is not a result file of smtpspec run --json: " + error.displayText());
    } catch (const std::runtime_error& error) {
        throw std::runtime_error(file_name + " is not a result file of smtpspec run --json: " + error.what());
    }
}

}  // namespace smtpspec::runner
