#!/usr/bin/env bash
# Builds Weir and makes the page about systems, on a fresh Debian 12; a second run reuses everything.
#
#   bash pipelines/system-insights/run.sh [arguments of `weir run`]
#
# WEIR_DATA says where the recorded data is; left out, it is shared/data beside the repository.
set -euo pipefail
cd "$(dirname "$0")/../.."

data=$(realpath -m "${WEIR_DATA:-../shared/data}")
[ -e "$data/throughput/flights-3m.csv.zst" ] ||
  { echo "system-insights: there is no recorded data at $data; set WEIR_DATA to where it is" >&2; exit 1; }

WEIR_NEEDS=needs-npm bash pipelines/quickstart/install_packages.sh pipelines/quickstart/packages.txt

[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset release -- --quiet

# Who has this key can tell which address a pseudonym stands for.
key=pipelines/system-insights/visitors.key
[ -s "$key" ] || build/release/bin/weir new key "$key" >/dev/null

build/release/bin/weir run pipelines/system-insights/pipeline.yaml --from-scratch --var "data=$data" "$@"
echo "The report: file://$PWD/build/system-insights/report.html"
