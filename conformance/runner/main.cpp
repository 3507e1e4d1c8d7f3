#include "runner/command_line.h"

int main(int argc, char** argv) {
    return smtpspec::runner::smtpspec_main(argc, argv);
}
