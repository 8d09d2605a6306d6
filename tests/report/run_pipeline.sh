#!/usr/bin/env bash
# Runs a pipeline of pipelines/ and looks at its page: run_pipeline.sh WEIR DIRECTORY NAME CHECK.mjs
#
# The page is looked at with check_report.mjs, too. Pipelines over real data read WEIR_DATA (default: shared/data beside
# the repository). Status 77 (skipped): it is not there.
set -euo pipefail
weir=${1:?usage: run_pipeline.sh WEIR DIRECTORY NAME CHECK.mjs}
directory=${2:?usage: run_pipeline.sh WEIR DIRECTORY NAME CHECK.mjs}
name=${3:?usage: run_pipeline.sh WEIR DIRECTORY NAME CHECK.mjs}
check=${4:?usage: run_pipeline.sh WEIR DIRECTORY NAME CHECK.mjs}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory/$name"
variables=(--var "out=$directory/$name")
if grep -q '\${data}' "$here/pipelines/$name.yaml"; then
  data=${WEIR_DATA:-$here/../../../shared/data}
  [[ -d $data ]] || { echo "skipped: $name reads real data, and $data is not there (WEIR_DATA names it)" >&2; exit 77; }
  variables+=(--var "data=$data")
fi
"$weir" run "$here/pipelines/$name.yaml" --from-scratch --no-progress "${variables[@]}"
bash "$here/run_check.sh" "$directory/browser" "$directory/$name/$name.html" >"$directory/$name/page.json"
WEIR_REPORT_CHECK=$check bash "$here/run_check.sh" "$directory/browser" "$directory/$name/$name.html"
