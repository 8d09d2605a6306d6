#!/usr/bin/env bash
# Builds and runs every test: the unit tests of the rooms, the SDK and the formats under address and undefined
# behaviour sanitizers, then `dev` whole. Ends on ctest's summary.
#
#   bash tests/run.sh          what every change must pass
#   bash tests/run.sh --all    the sanitizers on everything, and the runtime under the thread sanitizer, too
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

build() { # preset, targets
  local preset=$1
  shift
  echo "== building $preset"
  cmake --preset "$preset" >"/tmp/weir-configure-$preset.log" 2>&1 || {
    cat "/tmp/weir-configure-$preset.log"
    exit 1
  }
  cmake --build --preset "$preset" --target "$@" -- -j"$jobs" --quiet
}

sanitized="world telemetry data spec expr graph state stores runtime sdk formats"

if [ "$WEIR_ALL" = 1 ]; then
  build tsan weir_runtime_test
  echo "== thread sanitizer: the runtime's tests"
  $plain_layout build/tsan/bin/weir_runtime_test --gtest_brief=1
  build asan all
  echo "== address and undefined behaviour sanitizers: everything"
  ctest --preset asan --progress
fi

build asan $(printf 'weir_%s_test ' $sanitized)
echo "== address and undefined behaviour sanitizers"
for room in $sanitized; do
  "build/asan/bin/weir_${room}_test" --gtest_brief=1
done

build dev all
echo "== dev"
ctest --preset dev --timeout 300
