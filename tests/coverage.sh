#!/usr/bin/env bash
# Runs every test of the `coverage` build and prints which share of the lines of sdk, core and plugins they reach.
# Ends with 1 below 85 %.
set -euo pipefail
cd "$(dirname "$0")/.."
export WEIR_DATA="${WEIR_DATA:-$(pwd)/../shared/data}"

bash pipelines/quickstart/install_packages.sh pipelines/quickstart/packages.txt tests/packages.txt
[ -f build/coverage/build.ninja ] || cmake --preset coverage >/dev/null
cmake --build --preset coverage -- --quiet
# A test lets a process write no more: gcov's complaint about that is none of the messages it looks for.
export GCOV_ERROR_FILE=/dev/null
find build/coverage -name '*.gcda' -delete
ctest --preset coverage --timeout 900 >build/coverage/ctest.log || {
  tail -n 40 build/coverage/ctest.log
  exit 1
}
gcovr -j "$(nproc)" --root . --object-directory build/coverage --filter sdk/ --filter core/ --filter plugins/ \
  --exclude '.*_(test|bench)[.]cpp' --exclude '.*/tests/.*' --exclude-throw-branches \
  --txt build/coverage/lines.txt --json-summary build/coverage/lines.json --print-summary --fail-under-line 85
echo "By file: build/coverage/lines.txt"
