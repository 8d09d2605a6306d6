#!/usr/bin/env bash
# Builds Weir and runs its main job on a fresh Debian 12; a second run reuses everything.
#
#   bash pipelines/quickstart/run.sh [arguments of `weir run`]
set -euo pipefail
cd "$(dirname "$0")/../.."

WEIR_NEEDS=needs-npm bash pipelines/quickstart/install_packages.sh pipelines/quickstart/packages.txt

[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset release -- --quiet

bash pipelines/quickstart/fetch_data.sh build/quickstart/data

# Who has this key can tell which customer a pseudonym stands for.
key=pipelines/quickstart/shop.key
[ -s "$key" ] || build/release/bin/weir new key "$key" >/dev/null

build/release/bin/weir run pipelines/quickstart/pipeline.yaml --from-scratch "$@"
echo "The report: file://$PWD/build/quickstart/report.html"
