#!/usr/bin/env bash
# Installs the Debian packages that the tests of the browser and of the kits need, or says which.
set -euo pipefail
need=()
command -v chromium >/dev/null || need+=(chromium)
grep -qi "noto.*cjk" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-cjk)
grep -qi "noto.*emoji" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-color-emoji)
command -v npm >/dev/null || need+=(npm)
/usr/bin/python3 -c "import grpc" 2>/dev/null || need+=(python3 python3-grpcio)
/usr/bin/python3 -c "import google.protobuf" 2>/dev/null || need+=(python3-protobuf)
[ ${#need[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing ${need[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends fontconfig "${need[@]}" >/dev/null
  fc-cache -f >/dev/null
else
  echo "the tests need: ${need[*]}" >&2
  echo "next: sudo apt-get install fontconfig ${need[*]}    (or the same programs from your system's packages)" >&2
  exit 1
fi
