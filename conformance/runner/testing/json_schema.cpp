#include "runner/testing/json_schema.h"

#include <regex>
#include <set>

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

namespace smtpspec::runner {
namespace {

using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;

const Array* array_in(const Var& value) {
    return value.type() == typeid(Array::Ptr) ? value.extract<Array::Ptr>().get() : nullptr;
}
const Object* object_in(const Var& value) {
    return value.type() == typeid(Object::Ptr) ? value.extract<Object::Ptr>().get() : nullptr;
}

class Validator {
public:
    explicit Validator(const Object& root) : root_(root) {}

    void check(const Var& value, const Object& schema, const std::string& where) {
        if (schema.has("$ref")) {
            const std::string name = schema.getValue<std::string>("$ref").substr(std::string("#/$defs/").size());
            return check(value, *root_.getObject("$defs")->getObject(name), where);
        }
        static const std::set<std::string> known = {
            "$schema",    "$defs", "title", "description", "format",  "type",     "required",
            "properties", "items", "enum",  "pattern",     "minimum", "minItems", "additionalProperties"};
        for (const auto& [keyword, unused] : schema) {
            expect(known.contains(keyword), where, "the schema's keyword " + keyword + " is not checked");
        }
        if (schema.has("type")) {
            expect(has_type(value, schema.getValue<std::string>("type")), where, "has another type");
        }
        if (schema.has("enum")) {
            const Array& words = *schema.getArray("enum");
            expect(std::any_of(words.begin(), words.end(), [&](const Var& word) { return word == value; }), where,
                   "is none of the words");
        }
        if (schema.has("minimum") && value.isInteger()) {
            expect(value.convert<Poco::Int64>() >= schema.getValue<Poco::Int64>("minimum"), where, "is too small");
        }
        if (schema.has("pattern") && value.isString()) {
            check_pattern(value.extract<std::string>(), schema.getValue<std::string>("pattern"), where);
        }
        if (const Array* array = array_in(value)) {
            check_items(*array, schema, where);
        } else if (const Object* object = object_in(value)) {
            check_members(*object, schema, where);
        }
    }

    std::vector<std::string> violations;

private:
    void expect(bool holds, const std::string& where, const std::string& what) {
        if (!holds) {
            violations.push_back(where + " " + what);
        }
    }

    static bool has_type(const Var& value, const std::string& type) {
        return type == "object"    ? object_in(value) != nullptr
               : type == "array"   ? array_in(value) != nullptr
               : type == "string"  ? value.isString()
               : type == "integer" ? value.isInteger()
                                   : type == "boolean" && value.isBoolean();
    }

    void check_pattern(const std::string& text, const std::string& pattern, const std::string& where) {
        // std::regex knows octets only: of UTF-8 characters up to U+00FF begin with C2 or C3.
        const bool latin = pattern == "^[\\u0000-\\u00ff]*$";
        const bool fits =
            latin ? std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > 0xc3; })
                  : std::regex_search(text, std::regex(pattern));
        expect(fits, where, "does not match " + pattern);
    }

    void check_items(const Array& array, const Object& schema, const std::string& where) {
        expect(!schema.has("minItems") || array.size() >= schema.getValue<unsigned>("minItems"), where, "is too short");
        for (std::size_t i = 0; schema.has("items") && i < array.size(); ++i) {
            check(array.get(static_cast<unsigned>(i)), *schema.getObject("items"), where + "/" + std::to_string(i));
        }
    }

    void check_members(const Object& object, const Object& schema, const std::string& where) {
        if (schema.has("required")) {
            for (const Var& name : *schema.getArray("required")) {
                expect(object.has(name.extract<std::string>()), where, "has no " + name.extract<std::string>());
            }
        }
        for (const auto& [name, member] : object) {
            if (schema.has("properties") && schema.getObject("properties")->has(name)) {
                check(member, *schema.getObject("properties")->getObject(name), where + "/" + name);
            } else if (schema.has("additionalProperties")) {
                check(member, *schema.getObject("additionalProperties"), where + "/" + name);
            }
        }
    }

    const Object& root_;
};

}  // namespace

std::vector<std::string> schema_violations(const std::string& schema, const std::string& document) {
    Poco::JSON::Parser schema_parser;
    Poco::JSON::Parser parser;
    const auto root = schema_parser.parse(schema).extract<Object::Ptr>();
    Validator validator(*root);
    validator.check(parser.parse(document), *root, "");
    return validator.violations;
}

}  // namespace smtpspec::runner
