#!/usr/bin/env bash
# Builds the desktop host and shows a super-app in its windows. Where there is no screen but Xvfb, the windows open there,
# the launcher must appear, and they close again: that is how continuous integration runs it. The demo's shop has its goods from
# examples/backend, which ends with the windows.
# usage: .ci/desktop.sh BIN SUPERAPP
set -euo pipefail
bin=$1 app=$2
webkit() { pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null || pkg-config --exists gtk+-3.0 webkit2gtk-4.0 2>/dev/null; }
if ! webkit || ! command -v g++ >/dev/null; then
  packages=(g++ pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the desktop window needs GTK 3, WebKitGTK 4.1 or 4.0 and a C++ compiler" >&2
    echo "next: sudo apt-get install ${packages[*]}    (or the same from your system's packages)" >&2
    exit 1
  fi
  echo "installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
PKG_CONFIG_PATH=$(.ci/webkit.sh .cache/pkgconfig)
export PKG_CONFIG_PATH
CGO_ENABLED=1 go build -trimpath -tags desktop -o "$bin/dougong-desktop" ./hosts/cmd/dougong-desktop
host=0 screen=0 goods=0 work=
stop() {
  trap - EXIT INT TERM
  for pid in "$host" "$goods" "$screen"; do if [ "$pid" != 0 ]; then kill "$pid" 2>/dev/null || true; fi; done
  wait 2>/dev/null || true
  if [ -n "$work" ]; then rm -rf "$work"; fi
}
trap stop EXIT
trap 'stop; exit 130' INT TERM
backend=127.0.0.1:7710 # where the demo's configuration and its shop look for it
if [ "$app" = examples/superapps/demo/superapp.yaml ]; then
  if (exec 3<>"/dev/tcp/${backend%:*}/${backend##*:}") 2>/dev/null; then
    echo "the shop has its goods from what listens on $backend already"
  else
    go build -trimpath -o "$bin/backend" ./examples/backend
    "$bin/backend" -listen "$backend" &
    goods=$!
  fi
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  "$bin/dougong-desktop" "$app" &
  host=$!
  wait "$host" && status=0 || status=$?
  host=0
  exit "$status"
fi
if ! command -v Xvfb >/dev/null || ! command -v xdotool >/dev/null; then
  echo "there is no screen: DISPLAY and WAYLAND_DISPLAY are not set, and Xvfb or xdotool is not installed" >&2
  echo "next: run it on a desktop, or: sudo apt-get install xvfb xdotool" >&2
  exit 1
fi
echo "there is no screen, so the windows open on one without a monitor, and close again"
work=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 1400x1000x24 -nolisten tcp -noreset 3>"$work/display" 2>/dev/null &
screen=$!
until [ -s "$work/display" ]; do kill -0 "$screen"; read -rt 0.05 <> <(:) || true; done
DISPLAY=:$(cat "$work/display")
export DISPLAY XDG_RUNTIME_DIR="$work" NO_AT_BRIDGE=1 GDK_BACKEND=x11
"$bin/dougong-desktop" "$app" &
host=$!
# Fails if no window comes within two minutes.
timeout 120 xdotool search --sync --onlyvisible --class dougong- >/dev/null
echo "the launcher's window is there"
kill -TERM "$host"
wait "$host"
host=0
