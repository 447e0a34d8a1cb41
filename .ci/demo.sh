#!/usr/bin/env bash
# Runs the demo: a registry with its marketplace, the goods backend with its sandbox payment gateway, and the super-app that is
# composed from the registry. Ctrl-C ends all three. At the first start a house of trust is made in DEMO, the first-party plugins
# and the example mini-programs are signed and published, and the super-app is composed; as long as they stay as they are, later
# starts find it all there. Any other super-app than the demo's is run as it is.
# usage: .ci/demo.sh BIN SUPERAPP LISTEN [MARKET]
set -euo pipefail
bin=$1 app=$2 addr=$3 market=${4:-127.0.0.1:7800}
backend=127.0.0.1:7710 # where the demo's configuration and its shop look for it
demo=${DEMO:-.cache/demo}

pids=()
log=
stop() {
  trap - EXIT INT TERM
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  if [ -n "$log" ]; then rm -rf "$log"; fi
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

free() { # ADDRESS NEXT
  if (exec 3<>"/dev/tcp/${1%:*}/${1##*:}") 2>/dev/null; then
    echo "something listens on $1 already" >&2
    echo "next: $2" >&2
    exit 1
  fi
}
free "$addr" "stop it, or choose another address: make run ADDR=127.0.0.1:7701"
if [ "$app" != examples/superapps/demo/superapp.yaml ]; then
  "$bin/dougong" run "$app" --listen "$addr" --plugins "$bin/plugins" &
  pids=($!)
  wait "$!"
  exit
fi
free "$market" "stop it, or choose another address: make run MARKET=127.0.0.1:7801"
free "$backend" "stop it: the demo's shop needs this very address"

log=$(mktemp -d)
started() { # PID WORDS FILE: waits until the process says so
  until grep -q "$2" "$3"; do
    if ! kill -0 "$1" 2>/dev/null; then
      cat "$3" >&2
      exit 1
    fi
    sleep 0.1
  done
}
quietly() { # COMMAND…: shows what it prints if it fails
  if ! "$@" >"$log/last" 2>&1; then
    echo "failed: $*" >&2
    cat "$log/last" >&2
    echo "next: if it is about what an earlier start has made: rm -r $demo" >&2
    exit 1
  fi
}
dougong() { "$bin/dougong" "$@"; }
sum() { find "$@" -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum | cksum; }

# What does not wait for each other starts side by side.
{ go build -trimpath -o "$bin/backend" ./examples/backend && exec "$bin/backend" -listen "$backend"; } >"$log/backend" 2>&1 &
pids+=($!)

# What is published: a version is published once, so other bytes under it need another house.
parts=$({ echo "$market"; sum "$bin/plugins" examples/miniapps examples/superapps/demo .ci/demo.sh; } | cksum)
if [ "$(cat "$demo/parts" 2>/dev/null)" != "$parts" ]; then
  if [ -e "$demo/parts" ]; then echo "plugins or mini-programs have changed: making the demo's house anew"; else echo "making the demo's house in $demo"; fi
  rm -rf "$demo/house" "$demo/registry" "$demo/dist" "$demo/work" "$demo"/superapp.* "$demo/parts" "$demo/host"
  rm -rf "$demo/data/trust.json" "$demo/data/installed" # the host's memory of the house before; what mini-programs keep stays
  mkdir -p "$demo/work"
  (umask 077 && for secret in passphrase password; do od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$demo/$secret"; done)
fi
DOUGONG_PASSPHRASE=$(cat "$demo/passphrase")
DOUGONG_PASSWORD=$(cat "$demo/password")
export DOUGONG_PASSPHRASE DOUGONG_PASSWORD
export DOUGONG_REGISTRY=http://$market

if [ ! -e "$demo/house" ]; then
  quietly dougong trust init --org 'Demo house' --dir "$demo/house"
  quietly dougong trust key "$demo/work/vendor.key"
  quietly dougong trust csr "$demo/work/vendor.key" --name dougong --org Dougong --namespace dg.example \
    $(for dir in "$bin"/plugins/*/; do echo --namespace "$(basename "$dir")"; done) -o "$demo/work/vendor.csr"
  quietly dougong trust issue "$demo/work/vendor.csr" --dir "$demo/house" -o "$demo/work/vendor.pem"
  dougong registry user add demo --admin --data "$demo/registry" --trust "$demo/house" 2>/dev/null >"$demo/work/token"
fi
"$bin/dougong" registry serve --data "$demo/registry" --trust "$demo/house" --listen "$market" >"$log/registry" 2>&1 &
registry=$!
pids+=("$registry")
listening() { started "$registry" "registry at" "$log/registry"; } # once it may be asked

publish() { # NAME FILE PLATFORM=
  echo "  publishing $1"
  quietly dougong publish "$3$2" --key "$demo/work/vendor.key" --cert "$demo/work/vendor.pem"
}
if [ "$(cat "$demo/parts" 2>/dev/null)" != "$parts" ]; then
  DOUGONG_REGISTRY_TOKEN=$(cat "$demo/work/token")
  export DOUGONG_REGISTRY_TOKEN
  listening
  quietly dougong registry org create demo 'Dougong demo'
  quietly dougong registry org verify demo
  claim() { # NAMESPACE
    quietly dougong registry org claim demo "$1"
    quietly dougong registry org approve "$1"
  }
  claim dg.example
  platform=$(go env GOOS)/$(go env GOARCH)
  for dir in "$bin"/plugins/*/; do
    id=$(basename "$dir")
    copy=$demo/work/$id
    cp -RL "$dir" "$copy"
    its=
    if grep -q '^  process:' "$copy/plugin.yaml"; then # only this machine's program is here
      its=$platform=
      awk -v own="$platform:" '!/^    (linux|darwin|windows)\/(amd64|arm64):/ || $1 == own' "$dir/plugin.yaml" >"$copy/plugin.yaml"
    fi
    claim "$id"
    quietly dougong plugin pack "$copy" -o "$demo/work/$id.dgp"
    publish "$id" "$demo/work/$id.dgp" "$its"
  done
  for dir in examples/miniapps/*/; do
    name=$(basename "$dir")
    quietly dougong build "$dir" -o "$demo/work/$name.dgm"
    publish "$name" "$demo/work/$name.dgm" ""
  done
  # The demo's own file, with versions in place of folders.
  {
    sed -E 's#path: \.\./\.\./(\.\./bin/plugins|miniapps)/.*#version: "*"#' "$app"
    printf 'trust: {root: house/root.json}\nregistry: {address: "%s"}\n' "http://$market"
  } >"$demo/superapp.yaml"
  cp examples/superapps/demo/logo.png "$demo/"
  echo "$parts" >"$demo/parts"
fi
host=$({ echo "$parts"; cksum <"$bin/dougong"; } | cksum)
if [ "$(cat "$demo/host" 2>/dev/null)" != "$host" ]; then
  echo "  composing the super-app"
  listening
  rm -rf "$demo/dist"
  quietly dougong compose "$demo/superapp.yaml" -o "$demo/dist" --no-archive
  echo "$host" >"$demo/host"
fi

started "${pids[0]}" "shop backend on" "$log/backend"
cat "$log/backend"
folder=$(echo "$demo"/dist/*/)
"$folder/dougong" run "$folder" --listen "$addr" --data "$demo/data" & # it needs no registry to start
superapp=$!
pids+=("$superapp")
listening
echo "marketplace on http://$market (sign in as demo; the password is in $demo/password)"
wait "$superapp"
