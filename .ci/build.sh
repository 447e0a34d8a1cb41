#!/usr/bin/env bash
# Builds one command and says how far it is: the first build compiles some 1,500 packages, which takes minutes.
#   .ci/build.sh OUTPUT PACKAGE
set -euo pipefail
output=$1 package=$2
total=$(go list -deps "$package" | wc -l)
terminal=0
if [ -t 1 ]; then terminal=1; fi
echo "building $(basename "$output")"
go build -v -trimpath -o "$output" "$package" 2>&1 | awk -v total="$total" -v terminal="$terminal" '
	# go build -v names each package as it compiles it; everything else is for a person to read.
	/^[A-Za-z0-9_.\/~+-]+$/ {
		n++
		if (terminal) printf "\r  %d of at most %d packages", n, total
		else if (n % 200 == 0) printf "  %d of at most %d packages\n", n, total
		fflush(); next
	}
	/^go: downloading / { next }
	{ print; fflush() }
	END { if (terminal && n) printf "\r%40s\r", "" }'
