#!/usr/bin/env bash
# Installs the Debian packages that the tests need, or says which.
set -euo pipefail
need=()
command -v chromium >/dev/null || need+=(chromium)
grep -qi "noto.*cjk" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-cjk)
grep -qi "noto.*emoji" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-color-emoji)
command -v npm >/dev/null || need+=(npm)
[ -x /usr/bin/node ] || need+=(nodejs)
[ -x /usr/bin/python3 ] || need+=(python3) # the sandbox is tested with both, as the system has them
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
