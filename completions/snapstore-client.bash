# bash completion for snapstore-client; generated from its declarations.

_snapstore_client_values() {
  case $1 in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
    dynamic) mapfile -t COMPREPLY < <("${words[0]}" __complete "$3" "$2" 2>/dev/null) ;;
  esac
  [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

_snapstore_client_option() {
  case "$1" in
    ' --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    ' --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/login --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/login --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/logout --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/logout --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/whoami --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/whoami --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/override --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/override --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/list-overrides --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/list-overrides --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
    '/delete-override --store') [[ $2 == check ]] || _snapstore_client_values dynamic "$2" 'stores'; return 0 ;;
    '/delete-override --ca-file') [[ $2 == check ]] || _snapstore_client_values files "$2"; return 0 ;;
  esac
  return 1
}

_snapstore_client_positional() {
  case "$1 $2" in
    '/help '*) _snapstore_client_values words "$3" 'login logout whoami override list-overrides delete-override help' ;;
    ' 0') _snapstore_client_values words "$3" 'login logout whoami override list-overrides delete-override help' ;;
    '/login 0') : ;;
    '/override 0') _snapstore_client_values dynamic "$3" 'overridden-snaps' ;;
    '/override '*) : ;;
    '/list-overrides 0') _snapstore_client_values dynamic "$3" 'overridden-snaps' ;;
    '/delete-override 0') _snapstore_client_values dynamic "$3" 'overridden-snaps' ;;
    '/delete-override 1') : ;;
  esac
}

_snapstore_client() {
  local -a words=()
  local index word cur place='' positionals=0 ended='' pending=''
  # Bash breaks words at equal signs and colons; this joins them again.
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if ((index > 1)) && [[ $word == [=:]* || ${COMP_WORDS[index - 1]} == *[=:] ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
  done
  cur=${words[-1]}
  for word in "${words[@]:1:${#words[@]}-2}"; do
    if [[ -n $pending ]]; then
      pending=''
    elif [[ -z $ended && $word == -- ]]; then
      ended=1
    elif [[ -z $ended && $word == -* ]]; then
      [[ $word != *=* ]] && _snapstore_client_option "$place $word" check && pending=$word
    else
      case "$place/$word" in
        '/login' | '/logout' | '/whoami' | '/override' | '/list-overrides' | '/delete-override') place+=/$word ;;
        *) positionals=$((positionals + 1)) ;;
      esac
    fi
  done
  COMPREPLY=()
  if [[ -n $pending ]]; then
    _snapstore_client_option "$place $pending" "$cur"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _snapstore_client_option "$place ${cur%%=*}" "${cur#*=}"
  elif [[ -z $ended && $cur == -* ]]; then
    case "$place" in
      '') _snapstore_client_values words "$cur" '--store --ca-file --help -h --version' ;;
      '/login') _snapstore_client_values words "$cur" '--json --store --ca-file --help -h' ;;
      '/logout') _snapstore_client_values words "$cur" '--store --ca-file --help -h' ;;
      '/whoami') _snapstore_client_values words "$cur" '--json --store --ca-file --help -h' ;;
      '/override') _snapstore_client_values words "$cur" '--plan --json --store --ca-file --help -h' ;;
      '/list-overrides') _snapstore_client_values words "$cur" '--json --store --ca-file --help -h' ;;
      '/delete-override') _snapstore_client_values words "$cur" '--plan --json --store --ca-file --help -h' ;;
    esac
  else
    _snapstore_client_positional "$place" "$positionals" "$cur"
  fi
  # Only what stands behind the last break belongs to the word that bash replaces.
  if [[ $cur == *[=:]* && $cur != --*=* ]]; then
    local start=${cur%"${cur##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$start"}")
  elif [[ $cur == --*=*:* ]]; then
    local value=${cur#*=}
    local start=${value%"${value##*:}"}
    COMPREPLY=("${COMPREPLY[@]#"$start"}")
  fi
}

complete -F _snapstore_client snapstore-client snap-store-proxy-client
