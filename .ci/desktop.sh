#!/usr/bin/env bash
# Builds the desktop host and shows a super-app in its window.
# usage: .ci/desktop.sh BIN SUPERAPP
set -euo pipefail
bin=$1 app=$2
if ! pkg-config --exists gtk+-3.0 webkit2gtk-4.0 2>/dev/null; then
  packages=(pkg-config libgtk-3-dev libwebkit2gtk-4.0-dev)
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "the desktop window needs GTK 3 and WebKitGTK 4.0" >&2
    echo "next: sudo apt-get install ${packages[*]}    (or the same from your system's packages)" >&2
    exit 1
  fi
  echo "installing ${packages[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
CGO_ENABLED=1 go build -trimpath -tags desktop -o "$bin/dougong-desktop" ./hosts/cmd/dougong-desktop
exec "$bin/dougong-desktop" "$app"
