#include "client/expression.h"

#include <regex.h>

namespace smtpspec::client {

struct Expression::Compiled {
    regex_t regex{};
    bool valid = false;
    ~Compiled() {
        if (valid) ::regfree(&regex);
    }
};

Expression::Expression(const std::string& expression, bool ignore_case) : compiled_(std::make_unique<Compiled>()) {
    const int flags = REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0);
    const int error = ::regcomp(&compiled_->regex, expression.c_str(), flags);
    if (error != 0) {
        char text[128];
        ::regerror(error, &compiled_->regex, text, sizeof text);
        throw BadExpression("/" + expression + "/: " + text);
    }
    compiled_->valid = true;
}

Expression::~Expression() = default;

bool Expression::found_in(std::string_view text) const {
    regmatch_t range{
        0,
        static_cast<regoff_t>(text.size()),
    };
    const char* start = text.data() ? text.data() : "";
    return ::regexec(&compiled_->regex, start, 1, &range, REG_STARTEND) == 0;
}

}  // namespace smtpspec::client
