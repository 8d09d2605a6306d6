#!/usr/bin/env bash
# Builds and runs every test: `dev` whole, `asan` whole, the runtime's under `tsan`. Ends on ctest's summary.
#
#   bash tests/run.sh          what every change must pass
#   bash tests/run.sh --all    the long forms too
#
# WEIR_DATA names the folder with the real data sets (default: ../shared/data beside the checkout); tests that
# want it say so and are skipped where it is absent.
set -euo pipefail
cd "$(dirname "$0")/.."

export WEIR_ALL=0
for argument in "$@"; do
  case "$argument" in
    --all) WEIR_ALL=1 ;;
    *)
      echo "tests/run.sh: unknown argument '$argument'; there is only --all" >&2
      exit 2
      ;;
  esac
done
export WEIR_DATA="${WEIR_DATA:-$(pwd)/../shared/data}"

WEIR_NEEDS=needs-npm bash pipelines/quickstart/install_packages.sh pipelines/quickstart/packages.txt tests/packages.txt

jobs=$(nproc)
# Address layout with more random bits than gcc 12's thread sanitizer can stand.
plain_layout="setarch $(uname -m) -R"

build() { # preset, target
  local preset=$1 target=$2
  echo "== building $preset"
  cmake --preset "$preset" >"/tmp/weir-configure-$preset.log" 2>&1 || {
    cat "/tmp/weir-configure-$preset.log"
    exit 1
  }
  cmake --build --preset "$preset" --target "$target" -- -j"$jobs" --quiet
}

build tsan weir_runtime_test
echo "== thread sanitizer: the runtime's tests"
$plain_layout build/tsan/bin/weir_runtime_test --gtest_brief=1

build asan all
echo "== address and undefined behaviour sanitizers"
ctest --preset asan --progress

build dev all
echo "== dev"
ctest --preset dev
