/// `install.sh` of the offline package. POSIX sh; needs no network.
let installScript = #"""
  #!/bin/sh
  # Installs or upgrades snap-proxy on this host and registers it. Safe to run again.
  set -eu
  umask 022
  cd "$(dirname "$0")"

  prefix=/usr/local
  user=snap-proxy
  state=
  roots=
  service=yes
  downgrade=no

  usage() {
    cat <<TEXT
  usage: ./install.sh [options]
    --prefix DIR         install below DIR (default /usr/local)
    --user NAME          run the service as NAME (default snap-proxy; made if it is missing)
    --state-dir DIR      keep everything in DIR (default: snap-proxy's own)
    --root-key IDS       trust these root keys instead of Canonical's
    --no-service         do not install the systemd unit
    --allow-downgrade    install although a newer version is here
    --help               this text
  TEXT
  }
  fail() { echo "error: $1" >&2; exit "${2:-1}"; }

  while [ $# -gt 0 ]; do
    case $1 in
      --help) usage; exit 0 ;;
      --no-service) service=no ;;
      --allow-downgrade) downgrade=yes ;;
      --prefix|--user|--state-dir|--root-key)
        [ $# -ge 2 ] || fail "$1 needs a value" 2
        case $1 in
          --prefix) prefix=$2 ;; --user) user=$2 ;; --state-dir) state=$2 ;; --root-key) roots=$2 ;;
        esac
        shift ;;
      *) usage >&2; fail "unknown option $1" 2 ;;
    esac
    shift
  done
  case $prefix in /*) ;; *) prefix=$(pwd)/$prefix ;; esac

  version=$(cat VERSION)
  lib/snap-proxy --version >/dev/null 2>&1 \
    || fail "the program of this package does not run on this host ($(uname -sm)); it was built for another system"
  target=$prefix/lib/snap-proxy
  if [ -f "$target/VERSION" ]; then
    installed=$(cat "$target/VERSION")
    newest=$(printf '%s\n%s\n' "$installed" "$version" | sort -V | tail -n 1)
    if [ "$newest" != "$version" ] && [ $downgrade = no ]; then
      fail "version $installed is installed, this package has $version; --allow-downgrade installs it all the same" 3
    fi
  fi

  # The new version stands beside the old one until it is whole; then one rename each way.
  mkdir -p "$prefix/lib" "$prefix/bin" && [ -w "$prefix/lib" ] && [ -w "$prefix/bin" ] \
    || fail "cannot write to $prefix; run as root or choose another --prefix"
  rm -rf "$target.new"
  # Whatever stops it between the two renames: the old version comes back.
  clean() { rm -rf "$target.new"; if [ ! -d "$target" ] && [ -d "$target.old" ]; then mv "$target.old" "$target"; fi; }
  trap clean EXIT
  cp -R lib "$target.new"
  cp VERSION "$target.new/VERSION"
  "$target.new/snap-proxy" --version >/dev/null || fail "the copied program does not run"
  rm -rf "$target.old"
  if [ -d "$target" ]; then mv "$target" "$target.old"; fi
  mv "$target.new" "$target"
  rm -rf "$target.old"
  for name in snap-proxy snap-store-proxy enterprise-store; do
    ln -sfn ../lib/snap-proxy/snap-proxy "$prefix/bin/$name"
  done
  place() { mkdir -p "$(dirname "$2")" && cp "$1" "$2"; }
  place man/snap-proxy.1 "$prefix/share/man/man1/snap-proxy.1"
  place completions/snap-proxy.bash "$prefix/share/bash-completion/completions/snap-proxy"
  place completions/_snap-proxy "$prefix/share/zsh/site-functions/_snap-proxy"
  place completions/snap-proxy.fish "$prefix/share/fish/vendor_completions.d/snap-proxy.fish"
  echo "Installed snap-proxy $version in $prefix"

  [ -z "$state" ] || export SNAP_PROXY_HOME="$state"
  set -- import-registration registration_bundle.b64
  [ -z "$roots" ] || set -- "$@" --root-key "$roots"
  "$prefix/bin/snap-proxy" "$@" \
    || fail "snap-proxy is installed, but not registered; mend what is said above and run this again"

  if [ $service = yes ] && [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ]; then
    id "$user" >/dev/null 2>&1 || useradd --system --home-dir /var/lib/snap-proxy --shell /usr/sbin/nologin "$user"
    state=${state:-/var/lib/snap-proxy}
    "$prefix/bin/snap-proxy" --state-dir "$state" database stop >/dev/null 2>&1 || true
    chown -R "$user:" "$state"
    sed -e "s|@PREFIX@|$prefix|g" -e "s|@USER@|$user|g" -e "s|@STATE@|$state|g" snap-proxy.service \
      >/etc/systemd/system/snap-proxy.service
    systemctl daemon-reload
    if systemctl --quiet is-active snap-proxy; then systemctl restart snap-proxy; else systemctl enable snap-proxy; fi
    echo "The service is snap-proxy.service; start it with: systemctl start snap-proxy"
  else
    echo "Start the server with: $prefix/bin/snap-proxy serve"
  fi
  """#

/// The systemd unit; install.sh fills in what stands between `@`.
let serviceUnit = """
  [Unit]
  Description=A store for snaps behind firewalls and air gaps
  After=network.target postgresql.service

  [Service]
  User=@USER@
  Environment=SNAP_PROXY_HOME=@STATE@
  ExecStart=@PREFIX@/bin/snap-proxy serve
  Restart=on-failure
  TimeoutStopSec=45
  AmbientCapabilities=CAP_NET_BIND_SERVICE
  CapabilityBoundingSet=CAP_NET_BIND_SERVICE
  NoNewPrivileges=yes
  ProtectSystem=strict
  ReadWritePaths=@STATE@
  ProtectHome=yes
  PrivateTmp=yes
  PrivateDevices=yes
  RestrictSUIDSGID=yes
  LockPersonality=yes

  [Install]
  WantedBy=multi-user.target

  """
