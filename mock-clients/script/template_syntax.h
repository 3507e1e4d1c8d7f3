#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace smtpspec::script {

/// The inner structure of text with `$names`, `${expressions}` and escapes.

struct TemplatePiece;

enum class Function { base64, unbase64, length, upper, lower, hmac_md5, scram_client, scram_server };

/// A node of `${…}`.
struct Expression {
    enum class Kind { number, text, name, add, subtract, multiply, divide, call };
    Kind kind = Kind::number;
    Function function{};     ///< of a call; `operands` are what it is given
    std::size_t offset = 0;  ///< where it begins in the template
    std::int64_t number = 0;
    std::string name;
    std::vector<TemplatePiece> text;
    std::vector<Expression> operands;
};

struct NameUse {
    std::string name;  ///< with its attribute: "alice", "alice.domain"
};

struct TemplatePiece {
    std::size_t offset = 0;
    std::variant<std::string, NameUse, Expression> what;  ///< octets, `$name`, `${…}`
};

/// What is wrong with a template, and where in it.
struct TemplateMistake {
    std::size_t offset;
    std::string message;
};

enum class TemplateKind {
    text,    ///< escapes stand for octets
    pattern  ///< a regular expression: only `\r \n \t \xHH \/` are replaced, a `$` before anything but a name stays
};

/// Throws TemplateMistake.
std::vector<TemplatePiece> parse_template(std::string_view raw, TemplateKind);

/// Every name used anywhere in the template, with its offset.
struct NameAt {
    std::string name;
    std::size_t offset;
};
std::vector<NameAt> names_in(const std::vector<TemplatePiece>&);

/// The offset after the `}` that closes the `${` at `start`, quotes inside respected; npos if there is none.
std::size_t end_of_expression(std::string_view text, std::size_t start);

/// The offset of the quote that closes a text begun before `start`; npos if there is none.
std::size_t end_of_quotes(std::string_view text, std::size_t start);

}  // namespace smtpspec::script
