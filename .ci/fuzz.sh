#!/usr/bin/env bash
# Runs every fuzz target of both modules for a while.
# usage: .ci/fuzz.sh DURATION
set -euo pipefail
duration=$1
for module in . pdk/go; do
  (
    cd "$module"
    grep -rlE '^func Fuzz' --include='*_test.go' . | grep -v '^./pdk/go/' | xargs -r -n1 dirname | sort -u | while read -r pkg; do
      for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$pkg"/*_test.go | sed 's/^func //' | sort -u); do
        echo "fuzzing $pkg $target for $duration"
        go test -run '^$' -fuzz "^$target\$" -fuzztime "$duration" "./$pkg"
      done
    done
  )
done
