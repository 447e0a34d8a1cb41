#!/usr/bin/env bash
# Runs the demo: the goods backend with its sandbox payment gateway, and the super-app. Ctrl-C stops both.
# usage: .ci/demo.sh BIN SUPERAPP LISTEN BACKEND
set -euo pipefail
bin=$1 app=$2 addr=$3 backend=$4
go build -trimpath -o "$bin/backend" ./examples/backend
"$bin/backend" -listen "$backend" &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true' EXIT INT TERM
"$bin/dougong" run "$app" --listen "$addr" --plugins "$bin/plugins"
