#!/usr/bin/env bash
# Installs the Debian packages that the tests need (a browser, the toolchains of the plugin kits), or says which.
set -euo pipefail
need=()
command -v chromium >/dev/null || need+=(chromium)
grep -qi "noto.*cjk" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-cjk)
grep -qi "noto.*emoji" <<<"$(fc-list 2>/dev/null || true)" || need+=(fonts-noto-color-emoji)
command -v npm >/dev/null || need+=(npm)
# The C kit: a compiler, its linker, C library and run-time for WebAssembly, and the sanitizers for the native tests.
command -v clang >/dev/null || need+=(clang)
command -v wasm-ld >/dev/null || need+=(lld)
[ -e /usr/lib/wasm32-wasi/libc.a ] || need+=(wasi-libc)
compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/wasi/*builtins*' >/dev/null || need+=(libclang-rt-dev-wasm32)
compgen -G '/usr/lib/llvm-*/lib/clang/*/lib/linux/*asan*' >/dev/null || need+=(libclang-rt-dev)
# The Rust kit: Debian's compiler, not one of rustup.
[ -x /usr/bin/rustc ] || need+=(rustc)
[ -d /usr/lib/rustlib/wasm32-wasi ] || need+=(libstd-rust-dev-wasm32)
/usr/bin/python3 -c "import grpc" 2>/dev/null || need+=(python3 python3-grpcio)
/usr/bin/python3 -c "import google.protobuf" 2>/dev/null || need+=(python3-protobuf)
[ -x /usr/bin/node ] || need+=(nodejs)
# The sandbox's filter of system calls, for the other architecture.
[ "$(uname -m)" = aarch64 ] || command -v qemu-aarch64-static >/dev/null || command -v qemu-aarch64 >/dev/null || need+=(qemu-user-static)
# Secrets of the desktop's keyring: a secret service and a bus for it.
command -v gnome-keyring-daemon >/dev/null || need+=(gnome-keyring)
command -v dbus-run-session >/dev/null || need+=(dbus)
# The desktop host: its window, a screen without a monitor with a window manager, a hand, notifications, and the menu's tools.
pkg-config --exists gtk+-3.0 2>/dev/null || need+=(pkg-config libgtk-3-dev)
pkg-config --exists webkit2gtk-4.1 2>/dev/null || pkg-config --exists webkit2gtk-4.0 2>/dev/null || need+=(libwebkit2gtk-4.1-dev)
command -v g++ >/dev/null || need+=(g++)
command -v Xvfb >/dev/null || need+=(xvfb)
command -v openbox >/dev/null || need+=(openbox)
command -v xdotool >/dev/null || need+=(xdotool)
command -v xclip >/dev/null || need+=(xclip)
command -v xwininfo >/dev/null || need+=(x11-utils)
command -v ps >/dev/null || need+=(procps)
command -v dunst >/dev/null || need+=(dunst)
command -v xdg-mime >/dev/null || need+=(xdg-utils)
command -v desktop-file-validate >/dev/null || need+=(desktop-file-utils)
# The registry at scale: a database, a balancer, and the peer of its benchmark.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need+=(postgresql)
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || need+=(nginx-light)
command -v docker-registry >/dev/null || need+=(docker-registry)
# An HSM in software, for the program that drives PKCS#11 modules.
[ -e /usr/lib/softhsm/libsofthsm2.so ] || need+=(softhsm2)
# The C library of the embedded host, and its build for Windows.
command -v gcc >/dev/null || need+=(gcc libc6-dev)
command -v x86_64-w64-mingw32-gcc >/dev/null || need+=(gcc-mingw-w64-x86-64)
command -v wine >/dev/null || need+=(wine wine64)
# The Android example: Kotlin's compiler, Java's, and the classes of Android 23, which Debian 11 was the last to have.
command -v kotlinc >/dev/null || need+=(kotlin)
command -v javac >/dev/null || need+=(default-jdk-headless)
android=/usr/share/java/com.android.android-23.jar
# A third opinion on SM2, SM3, SM4 and certificates.
command -v openssl >/dev/null || need+=(openssl)
[ ${#need[@]} -eq 0 ] && [ -e "$android" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  [ ${#need[@]} -eq 0 ] || echo "installing ${need[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends fontconfig "${need[@]}" >/dev/null
  fc-cache -f >/dev/null
  if [ ! -e "$android" ]; then # by lists of its own: nothing else may come from the older Debian
    old=$(mktemp -d)
    trap 'rm -rf "$old"' EXIT
    mkdir -p "$old/lists/partial" "$old/cache/archives/partial"
    from=(-o "Dir::Etc::sourcelist=$old/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$old/lists" -o "Dir::Cache=$old/cache")
    for mirror in deb.debian.org archive.debian.org; do # where old releases go some day
      echo "installing libandroid-23-java of Debian 11 from $mirror"
      echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://$mirror/debian bullseye main" >"$old/sources.list"
      (cd "$old" && apt-get "${from[@]}" update -qq && apt-get "${from[@]}" download -qq libandroid-23-java 2>/dev/null) &&
        dpkg -i "$old"/libandroid-23-java_*.deb >/dev/null && break
    done
    [ -e "$android" ] || echo "no mirror has Debian 11 any more: the Android example is not compiled against Android's classes" >&2
  fi
else
  echo "the tests need: ${need[*]}" >&2
  [ -e "$android" ] || echo "and libandroid-23-java of Debian 11: this script installs it as root on a Debian" >&2
  echo "next: sudo apt-get install fontconfig ${need[*]}    (or the same programs from your system's packages)" >&2
  exit 1
fi
