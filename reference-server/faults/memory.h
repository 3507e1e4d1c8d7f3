#pragma once

#include "faults/put_in.h"

/// Faults that remember what was said before on the same connection.
namespace refserver::faults {

/// `make` is called for each connection.
PutIn with_memory(std::function<Changes()> make);

/// A reply to a command line that matches, if it begins with `from`, is another one.
PutIn answered_where(const char* pattern, std::string from, std::string to);

/// Takes the text of a mail that the server hears nothing of.
class Swallower {
public:
    /// What the server hears instead of DATA.
    std::string data();
    /// Instead of the content.
    std::string content(const std::string& octets);
    /// What the client hears; `at_end` at the end of the text.
    std::string reply(const std::string& verb, std::string own, const std::string& at_end);

private:
    bool swallowing_ = false;
    bool swallowed_ = false;
    std::string last_;
};

}  // namespace refserver::faults
