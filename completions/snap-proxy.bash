# bash completion for snap-proxy; generated from its declarations.

_snap_proxy_values() {
  case $1 in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    words) mapfile -t COMPREPLY < <(compgen -W "$3" -- "$2") ;;
    dynamic) mapfile -t COMPREPLY < <("${words[0]}" __complete "$3" "$2" 2>/dev/null) ;;
  esac
  [[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
}

_snap_proxy_option() {
  case "$1" in
    ' --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/config --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/register --organisation') [[ $2 == check ]] || :; return 0 ;;
    '/register --purpose') [[ $2 == check ]] || :; return 0 ;;
    '/register --devices') [[ $2 == check ]] || :; return 0 ;;
    '/register --answers') [[ $2 == check ]] || _snap_proxy_values files "$2"; return 0 ;;
    '/register --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/reregister --organisation') [[ $2 == check ]] || :; return 0 ;;
    '/reregister --purpose') [[ $2 == check ]] || :; return 0 ;;
    '/reregister --devices') [[ $2 == check ]] || :; return 0 ;;
    '/reregister --answers') [[ $2 == check ]] || _snap_proxy_values files "$2"; return 0 ;;
    '/reregister --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/generate-keys --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/import-registration --root-key') [[ $2 == check ]] || :; return 0 ;;
    '/import-registration --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/check-connections --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/use-ca-certs --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/remove-ca-certs --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/import-certificate --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/remove-certificate --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/enable-airgap-mode --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/disable-airgap-mode --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/push-snap --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/list-pushed-snaps --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/inventory --store') [[ $2 == check ]] || :; return 0 ;;
    '/inventory --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/remove-snap --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/prune --keep') [[ $2 == check ]] || :; return 0 ;;
    '/prune --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/disk-usage --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/push-store --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/push-account-keys --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/push-assertions --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/override --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/list-overrides --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/delete-override --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/overrides --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/overrides/apply --file') [[ $2 == check ]] || _snap_proxy_values files "$2"; return 0 ;;
    '/overrides/apply -f') [[ $2 == check ]] || _snap_proxy_values files "$2"; return 0 ;;
    '/overrides/apply --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/overrides/history --limit') [[ $2 == check ]] || :; return 0 ;;
    '/overrides/history --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/overrides/undo --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/add-admin --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/remove-admin --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/list-admins --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/status --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/serve --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/backup --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/restore --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/database --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/database/start --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/database/stop --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/database/run --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/cache --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/cache/status --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
    '/cache/clear --state-dir') [[ $2 == check ]] || _snap_proxy_values directories "$2"; return 0 ;;
  esac
  return 1
}

_snap_proxy_positional() {
  case "$1 $2" in
    '/help '*) _snap_proxy_values words "$3" 'config register reregister generate-keys import-registration check-connections use-ca-certs remove-ca-certs import-certificate remove-certificate enable-airgap-mode disable-airgap-mode push-snap list-pushed-snaps inventory remove-snap prune disk-usage push-store push-account-keys push-assertions override list-overrides delete-override overrides add-admin remove-admin list-admins status serve backup restore database cache help' ;;
    ' 0') _snap_proxy_values words "$3" 'config register reregister generate-keys import-registration check-connections use-ca-certs remove-ca-certs import-certificate remove-certificate enable-airgap-mode disable-airgap-mode push-snap list-pushed-snaps inventory remove-snap prune disk-usage push-store push-account-keys push-assertions override list-overrides delete-override overrides add-admin remove-admin list-admins status serve backup restore database cache help' ;;
    '/config '*) _snap_proxy_values dynamic "$3" 'configuration-keys' ;;
    '/import-registration 0') _snap_proxy_values files "$3" ;;
    '/push-snap '*) _snap_proxy_values files "$3" ;;
    '/inventory 0') _snap_proxy_values files "$3" ;;
    '/remove-snap 0') _snap_proxy_values dynamic "$3" 'pushed-snaps' ;;
    '/remove-snap 1') : ;;
    '/push-store 0') _snap_proxy_values files "$3" ;;
    '/push-account-keys 0') _snap_proxy_values files "$3" ;;
    '/push-assertions 0') _snap_proxy_values files "$3" ;;
    '/override 0') _snap_proxy_values dynamic "$3" 'pushed-snaps' ;;
    '/override '*) : ;;
    '/list-overrides 0') _snap_proxy_values dynamic "$3" 'overridden-snaps' ;;
    '/delete-override 0') _snap_proxy_values dynamic "$3" 'overridden-snaps' ;;
    '/delete-override 1') : ;;
    '/overrides 0') _snap_proxy_values words "$3" 'apply history undo' ;;
    '/overrides/history 0') _snap_proxy_values dynamic "$3" 'overridden-snaps' ;;
    '/overrides/undo 0') : ;;
    '/add-admin 0') : ;;
    '/remove-admin 0') _snap_proxy_values dynamic "$3" 'admins' ;;
    '/backup 0') _snap_proxy_values files "$3" ;;
    '/restore 0') _snap_proxy_values files "$3" ;;
    '/database 0') _snap_proxy_values words "$3" 'start stop run' ;;
    '/cache 0') _snap_proxy_values words "$3" 'status clear' ;;
  esac
}

_snap_proxy() {
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
      [[ $word != *=* ]] && _snap_proxy_option "$place $word" check && pending=$word
    else
      case "$place/$word" in
        '/config' | '/register' | '/reregister' | '/generate-keys' | '/import-registration' | '/check-connections' | '/use-ca-certs' | '/remove-ca-certs' | '/import-certificate' | '/remove-certificate' | '/enable-airgap-mode' | '/disable-airgap-mode' | '/push-snap' | '/list-pushed-snaps' | '/inventory' | '/remove-snap' | '/prune' | '/disk-usage' | '/push-store' | '/push-account-keys' | '/push-assertions' | '/override' | '/list-overrides' | '/delete-override' | '/overrides' | '/overrides/apply' | '/overrides/history' | '/overrides/undo' | '/add-admin' | '/remove-admin' | '/list-admins' | '/status' | '/serve' | '/backup' | '/restore' | '/database' | '/database/start' | '/database/stop' | '/database/run' | '/cache' | '/cache/status' | '/cache/clear') place+=/$word ;;
        *) positionals=$((positionals + 1)) ;;
      esac
    fi
  done
  COMPREPLY=()
  if [[ -n $pending ]]; then
    _snap_proxy_option "$place $pending" "$cur"
  elif [[ -z $ended && $cur == --*=* ]]; then
    _snap_proxy_option "$place ${cur%%=*}" "${cur#*=}"
  elif [[ -z $ended && $cur == -* ]]; then
    case "$place" in
      '') _snap_proxy_values words "$cur" '--state-dir --help -h --version' ;;
      '/config') _snap_proxy_values words "$cur" '--export-yaml --import-yaml --json --state-dir --help -h' ;;
      '/register') _snap_proxy_values words "$cur" '--https --organisation --purpose --devices --answers --skip-questions --state-dir --help -h' ;;
      '/reregister') _snap_proxy_values words "$cur" '--https --no-https --organisation --purpose --devices --answers --skip-questions --state-dir --help -h' ;;
      '/generate-keys') _snap_proxy_values words "$cur" '--force --state-dir --help -h' ;;
      '/import-registration') _snap_proxy_values words "$cur" '--root-key --when-possible --keep --state-dir --help -h' ;;
      '/check-connections') _snap_proxy_values words "$cur" '--all --json --state-dir --help -h' ;;
      '/use-ca-certs') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/remove-ca-certs') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/import-certificate') _snap_proxy_values words "$cur" '--selfsigned --any-domain --state-dir --help -h' ;;
      '/remove-certificate') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/enable-airgap-mode') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/disable-airgap-mode') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/push-snap') _snap_proxy_values words "$cur" '--push-channel-map --json --state-dir --help -h' ;;
      '/list-pushed-snaps') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/inventory') _snap_proxy_values words "$cur" '--store --json --state-dir --help -h' ;;
      '/remove-snap') _snap_proxy_values words "$cur" '--forget-stores --state-dir --help -h' ;;
      '/prune') _snap_proxy_values words "$cur" '--keep --state-dir --help -h' ;;
      '/disk-usage') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/push-store') _snap_proxy_values words "$cur" '--allow-rollback --json --state-dir --help -h' ;;
      '/push-account-keys') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/push-assertions') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/override') _snap_proxy_values words "$cur" '--plan --json --state-dir --help -h' ;;
      '/list-overrides') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/delete-override') _snap_proxy_values words "$cur" '--plan --json --state-dir --help -h' ;;
      '/overrides') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/overrides/apply') _snap_proxy_values words "$cur" '--file -f --prune --plan --json --state-dir --help -h' ;;
      '/overrides/history') _snap_proxy_values words "$cur" '--limit --json --state-dir --help -h' ;;
      '/overrides/undo') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/add-admin') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/remove-admin') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/list-admins') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/status') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/serve') _snap_proxy_values words "$cur" '--list-routes --state-dir --help -h' ;;
      '/backup') _snap_proxy_values words "$cur" '--with-snaps --json --state-dir --help -h' ;;
      '/restore') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/database') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/database/start') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/database/stop') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/database/run') _snap_proxy_values words "$cur" '--check --state-dir --help -h' ;;
      '/cache') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
      '/cache/status') _snap_proxy_values words "$cur" '--json --state-dir --help -h' ;;
      '/cache/clear') _snap_proxy_values words "$cur" '--state-dir --help -h' ;;
    esac
  else
    _snap_proxy_positional "$place" "$positionals" "$cur"
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

complete -F _snap_proxy snap-proxy snap-store-proxy enterprise-store
