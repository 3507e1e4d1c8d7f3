# fish completion for smtpspec and smtp-reference-server. It lists what --help lists, so it is never behind the programs.
function __smtp_programs
    set -l tokens (commandline -opc)
    set -l command
    for word in $tokens[2..-1]
        string match -qr '^[a-z]' -- $word; or break
        set -a command $word
        contains -- $command[1] account queue; and test (count $command) -lt 2; or break
    end
    set -l help ($tokens[1] $command --help 2>/dev/null)
    if string match -q -- '-*' (commandline -ct)
        string match -r '^ +-[^ ]+' -- $help | string trim | string split ,
    else if contains -- Subcommands: $help
        printf '%s\n' $help | sed '1,/^Subcommands:/d; /^$/,$d; s/^ *//; s/ .*//'
    else if string match -q '*smtpspec' -- $tokens[1]; and contains -- "$command[1]" run list coverage
        $tokens[1] list --files 2>/dev/null
    end
end
complete -c smtpspec -a '(__smtp_programs)'
complete -c smtp-reference-server -a '(__smtp_programs)'
