# bash completion for smtpspec and smtp-reference-server. It lists what --help lists, so it is never behind the programs.
_smtp_programs() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=() help i
    # The command, which may be of two words: "account add".
    for ((i = 1; i < COMP_CWORD && i <= 2; i++)); do
        [[ ${COMP_WORDS[i]} == [a-z]* ]] || break
        words+=("${COMP_WORDS[i]}")
        [[ ${words[0]} == account || ${words[0]} == queue ]] || break
    done
    help=$("$1" "${words[@]}" --help 2>/dev/null)
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '^ +-[^ ]+' <<<"$help" | tr -d ' ' | tr ',' '\n')" -- "$word")
    elif [[ $before == --* && $(grep -E -- "^ +(-.,)?$before " <<<"$help") =~ \{([a-z,-]+)\} ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${BASH_REMATCH[1]//,/ }" -- "$word")
    elif [[ $help == *Subcommands:* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$(sed '1,/^Subcommands:/d; /^$/,$d; s/^ *//; s/ .*//' <<<"$help")" -- "$word")
    elif [[ $1 == *smtpspec && $before != --* && ${words[0]} =~ ^(run|list|coverage)$ ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$1" list --files 2>/dev/null)" -- "$word")
    fi
}
complete -o default -o nosort -F _smtp_programs smtpspec smtp-reference-server
