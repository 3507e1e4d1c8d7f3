#compdef smtpspec smtp-reference-server
# zsh completion. It lists what --help lists, so it is never behind the programs.
_smtp_programs() {
  local -a command options commands
  local help word
  for word in ${words[2,CURRENT-1]}; do
    [[ $word == [a-z]* ]] || break
    command+=($word)
    [[ $command[1] == (account|queue) && $#command -lt 2 ]] || break
  done
  help=$($words[1] $command --help 2>/dev/null)
  if [[ $PREFIX == -* ]]; then
    options=(${(f)"$(grep -oE '^ +-[^ ]+' <<<$help | tr -d ' ' | tr ',' '\n')"})
    compadd -- $options
  elif [[ $help == *Subcommands:* ]]; then
    commands=(${(f)"$(sed '1,/^Subcommands:/d; /^$/,$d; s/^ *//; s/ .*//' <<<$help)"})
    compadd -- $commands
  else
    [[ $words[1] == *smtpspec && $command[1] == (run|list|coverage) ]] && compadd -- ${(f)"$($words[1] list --files 2>/dev/null)"}
    _files
  fi
}
_smtp_programs "$@"
