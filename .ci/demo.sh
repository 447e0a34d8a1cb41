#!/usr/bin/env bash
# Runs the demo: the goods backend with its sandbox payment gateway, and the super-app. Ctrl-C stops both.
# usage: .ci/demo.sh BIN SUPERAPP LISTEN
set -euo pipefail
bin=$1 app=$2 addr=$3
backend=127.0.0.1:7710 # where the demo's configuration and its shop look for it

go build -trimpath -o "$bin/backend" ./examples/backend
log=$(mktemp)
"$bin/backend" -listen "$backend" >"$log" 2>&1 &
backend_pid=$!
host_pid=
stop() {
  trap - EXIT INT TERM
  for pid in $host_pid $backend_pid; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -f "$log"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

until grep -q "shop backend on" "$log"; do
  if ! kill -0 "$backend_pid" 2>/dev/null; then
    cat "$log" >&2
    echo "next: free $backend, which the demo's shop needs" >&2
    exit 1
  fi
  sleep 0.1
done
cat "$log"
"$bin/dougong" run "$app" --listen "$addr" --plugins "$bin/plugins" &
host_pid=$!
wait "$host_pid"
