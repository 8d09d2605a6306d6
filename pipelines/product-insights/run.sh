#!/usr/bin/env bash
# Builds Weir and makes the page about what users do, on a fresh Debian 12; a second run reuses everything.
#
#   bash pipelines/product-insights/run.sh [arguments of `weir run`]
#
# WEIR_DATA says where the data sets are; without it, in the folder shared/data beside the repository. README.md says which.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$(realpath -m "${WEIR_DATA:-../shared/data}")
[ -d "$data/user-events" ] || { echo "run.sh: no data sets in $data; say where they are: WEIR_DATA=FOLDER" >&2; exit 1; }

WEIR_NEEDS=needs-npm bash pipelines/quickstart/install_packages.sh pipelines/quickstart/packages.txt

[ -f build/release/build.ninja ] || cmake --preset release >/dev/null
cmake --build --preset release -- --quiet

bash pipelines/quickstart/fetch_data.sh build/quickstart/data

# Who has this key can tell which customer a pseudonym stands for.
key=pipelines/product-insights/shop.key
[ -s "$key" ] || build/release/bin/weir new key "$key" >/dev/null

build/release/bin/weir run pipelines/product-insights/pipeline.yaml --from-scratch --var "data=$data" "$@"
echo "The report: file://$PWD/build/product-insights/report.html"
