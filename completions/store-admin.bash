# bash completion for store-admin; generated from its declarations.

_store_admin_values() {
  case $1 in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
    dynamic) mapfile -t COMPREPLY < <("${words[0]}" __complete "$3" "$2" 2>/dev/null) ;;
  esac
  [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

_store_admin_option() {
  case "$1" in
    ' --upstream') [[ $2 == check ]] || :; return 0 ;;
    ' --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/register --output-file') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/register --program') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/register --manual') [[ $2 == check ]] || _store_admin_values directories "$2"; return 0 ;;
    '/register --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/register --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/export --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/export --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --channel') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --arch') [[ $2 == check ]] || _store_admin_values words "$2" 'amd64 arm64 armhf i386 ppc64el riscv64 s390x'; return 0 ;;
    '/export/snaps --export-dir') [[ $2 == check ]] || _store_admin_values directories "$2"; return 0 ;;
    '/export/snaps --from-yaml') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/export/snaps --store') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --jobs') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps -j') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --limit-rate') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --against') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/export/snaps --volume-size') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/export/snaps --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --arch') [[ $2 == check ]] || _store_admin_values words "$2" 'amd64 arm64 armhf i386 ppc64el riscv64 s390x'; return 0 ;;
    '/export/store --channel') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --key') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --export-dir') [[ $2 == check ]] || _store_admin_values directories "$2"; return 0 ;;
    '/export/store --jobs') [[ $2 == check ]] || :; return 0 ;;
    '/export/store -j') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --limit-rate') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --against') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/export/store --volume-size') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/export/store --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/export/token --format') [[ $2 == check ]] || _store_admin_values words "$2" 'token snapcraft'; return 0 ;;
    '/export/token --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/export/token --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/export/verify --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/export/verify --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/login --ca-file') [[ $2 == check ]] || _store_admin_values files "$2"; return 0 ;;
    '/login --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/login --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/logout --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/logout --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/whoami --upstream') [[ $2 == check ]] || :; return 0 ;;
    '/whoami --root-key') [[ $2 == check ]] || :; return 0 ;;
  esac
  return 1
}

_store_admin_positional() {
  case "$1 $2" in
    '/help '*) _store_admin_values words "$3" 'register export login logout whoami help' ;;
    ' 0') _store_admin_values words "$3" 'register export login logout whoami help' ;;
    '/register 0') : ;;
    '/export 0') _store_admin_values words "$3" 'snaps store token verify' ;;
    '/export/snaps '*) : ;;
    '/export/store 0') : ;;
    '/export/verify '*) _store_admin_values files "$3" ;;
    '/login 0') : ;;
    '/login 1') : ;;
  esac
}

_store_admin() {
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
      [[ $word != *=* ]] && _store_admin_option "$place $word" check && pending=$word
    else
      case "$place/$word" in
        '/register' | '/export' | '/export/snaps' | '/export/store' | '/export/token' | '/export/verify' | '/login' | '/logout' | '/whoami') place+=/$word ;;
        *) positionals=$((positionals + 1)) ;;
      esac
    fi
  done
  COMPREPLY=()
  if [[ -n $pending ]]; then
    _store_admin_option "$place $pending" "$cur"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _store_admin_option "$place ${cur%%=*}" "${cur#*=}"
  elif [[ -z $ended && $cur == -* ]]; then
    case "$place" in
      '') _store_admin_values words "$cur" '--upstream --root-key --help -h --version' ;;
      '/register') _store_admin_values words "$cur" '--offline --output-file --program --manual --json --upstream --root-key --help -h' ;;
      '/export') _store_admin_values words "$cur" '--upstream --root-key --help -h' ;;
      '/export/snaps') _store_admin_values words "$cur" '--channel --arch --export-dir --from-yaml --store --jobs -j --limit-rate --against --volume-size --keep-going --plan --with-deps --json --upstream --root-key --help -h' ;;
      '/export/store') _store_admin_values words "$cur" '--arch --channel --key --no-snaps --export-dir --jobs -j --limit-rate --against --volume-size --keep-going --plan --json --upstream --root-key --help -h' ;;
      '/export/token') _store_admin_values words "$cur" '--format --upstream --root-key --help -h' ;;
      '/export/verify') _store_admin_values words "$cur" '--json --upstream --root-key --help -h' ;;
      '/login') _store_admin_values words "$cur" '--offline --ca-file --json --upstream --root-key --help -h' ;;
      '/logout') _store_admin_values words "$cur" '--upstream --root-key --help -h' ;;
      '/whoami') _store_admin_values words "$cur" '--json --upstream --root-key --help -h' ;;
    esac
  else
    _store_admin_positional "$place" "$positionals" "$cur"
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

complete -F _store_admin store-admin
