#!/usr/bin/env bash
# Runs the main job and compares its page with the raw data: run.sh WEIR DIRECTORY
#
# Works on a copy of the pipeline with a key of its own. WEIR_QUICKSTART_DATA may name a directory that has the input
# already. Status 77 (skipped): the input is not there and cannot be fetched.
set -euo pipefail
weir=${1:?usage: run.sh WEIR DIRECTORY}
directory=${2:?usage: run.sh WEIR DIRECTORY}
here=$(cd "$(dirname "$0")" && pwd)
pipelines=$here/../../pipelines/quickstart
data=${WEIR_QUICKSTART_DATA:-$directory/data}
mkdir -p "$directory/job"

bash "$pipelines/fetch_data.sh" "$data" || { echo "skipped: the quickstart's input cannot be fetched" >&2; exit 77; }
cp "$pipelines/pipeline.yaml" "$directory/job/"
(umask 077 && echo "a key that only this test has" >"$directory/job/shop.key")

python3 -B "$here/../plan/within_bound.py" "$weir" run "$directory/job/pipeline.yaml" --from-scratch --no-progress \
  --var "data=$data" --var "out=$directory/job" --var watch=3s

bash "$here/../report/run_check.sh" "$directory/browser" "$directory/job/report.html" >"$directory/page.json"
python3 "$here/check_numbers.py" "$data" "$directory/job/shop.key" "$directory/job/host_metrics.csv" "$directory/page.json"
