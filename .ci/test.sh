#!/usr/bin/env bash
# Runs every test of both modules and prints the ten slowest.
# usage: .ci/test.sh GOTESTSUM OUTDIR
set -euo pipefail
gotestsum=$1
out=$2
mkdir -p "$out"
out=$(cd "$out" && pwd)
export DOUGONG_TEST_ARTIFACTS="$out"
root=$(pwd)
status=0
for module in . pdk/go; do
  name=$(basename "$module")
  [ "$name" = . ] && name=root
  (cd "$module" && go run "$gotestsum" --format pkgname --format-hide-empty-pkg \
    --jsonfile "$out/$name.json" -- -trimpath -timeout 45m ./...) || status=$?
done
echo
echo "ten slowest tests:"
cat "$out"/root.json "$out"/go.json | (cd "$root" && go run "$gotestsum" tool slowest --num 10 --threshold 100ms) || true
exit "$status"
