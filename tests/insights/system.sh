#!/usr/bin/env bash
# Runs pipelines/system-insights on the recorded data and compares its page with that data: system.sh WEIR DIRECTORY
#
# Works on a copy of the pipeline with a key of its own. Status 77 (skipped): the recorded data is not there.
set -euo pipefail
weir=${1:?usage: system.sh WEIR DIRECTORY}
directory=${2:?usage: system.sh WEIR DIRECTORY}
here=$(cd "$(dirname "$0")" && pwd)
data=$(realpath -m "${WEIR_DATA:-$here/../../../shared/data}")
if [[ ! -e $data/throughput/flights-3m.csv.zst ]]; then
  echo "skipped: no recorded data at $data; set WEIR_DATA to where it is. Not compared: the page of system-insights" >&2
  exit 77
fi
mkdir -p "$directory/job"
cp "$here"/../../pipelines/system-insights/*.yaml "$directory/job/"
(umask 077 && echo "a key that only this test has" >"$directory/job/visitors.key")

"$weir" check --strict "$directory/job/pipeline.yaml" --var "data=$data"
"$weir" test "$directory/job/pipeline.yaml"
python3 -B "$here/../plan/within_bound.py" "$weir" run "$directory/job/pipeline.yaml" --from-scratch --no-progress \
  --state "$directory/state" --var "data=$data" --var "out=$directory/job"

bash "$here/../report/run_check.sh" "$directory/browser" "$directory/job/report.html" >"$directory/page.json"

# A second opinion on the flights, where there is a network to fetch it from once.
duckdb=$(PYTHONPATH=$here/../bench python3 -B -c \
  'import pathlib, sys, inputs; print(inputs.duckdb(pathlib.Path(sys.argv[1])))' "$directory") || duckdb=
python3 -B "$here/system_numbers.py" "$data" "$directory/job/visitors.key" "$directory/job/report.html" \
  "$directory/page.json" "$directory/by_duckdb.csv" ${duckdb:+"$duckdb"}
