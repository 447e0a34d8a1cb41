#!/usr/bin/env bash
# Prints the PKG_CONFIG_PATH under which webview_go finds WebKitGTK. The library asks for webkit2gtk-4.0; newer systems have
# 4.1 alone, which has the same interface to it, so it gets the old name in a folder of its own.
# usage: .ci/webkit.sh FOLDER
set -euo pipefail
folder=$1
if pkg-config --exists gtk+-3.0 webkit2gtk-4.0 2>/dev/null; then
  echo "${PKG_CONFIG_PATH:-}"
  exit 0
fi
if ! pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null; then
  echo "the desktop window needs GTK 3 and WebKitGTK 4.1 or 4.0" >&2
  echo "next: sudo apt-get install pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev    (or the same from your system's packages)" >&2
  exit 1
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cp "$(pkg-config --variable=pcfiledir webkit2gtk-4.1)/webkit2gtk-4.1.pc" "$folder/webkit2gtk-4.0.pc.$$"
mv "$folder/webkit2gtk-4.0.pc.$$" "$folder/webkit2gtk-4.0.pc"
echo "$folder${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
