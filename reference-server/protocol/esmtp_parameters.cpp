#include "protocol/esmtp_parameters.h"

namespace refserver::protocol::grammar {

std::optional<std::vector<EsmtpParameter>> esmtp_parameters(Scanner& in) {
    std::vector<EsmtpParameter> parameters;
    while (!in.at_end()) {
        if (!in.take(' ')) return std::nullopt;
        EsmtpParameter parameter;
        parameter.keyword = in.take_while([](char c) { return is_let_dig(c) || c == '-'; });
        if (parameter.keyword.empty() || parameter.keyword.front() == '-') return std::nullopt;
        if (in.take('=')) {
            parameter.value =
                in.take_while([](char c) { return (c > ' ' && c <= '~' && c != '=') || is_non_ascii(c); });
            if (parameter.value->empty()) return std::nullopt;
        }
        parameters.push_back(parameter);
    }
    return parameters;
}

}  // namespace refserver::protocol::grammar
