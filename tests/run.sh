#!/usr/bin/env bash
# Builds and runs every test: `dev` whole, the unit tests under the address and undefined behaviour sanitizers, and
# the runtime's under the thread sanitizer. Ends on ctest's summary.
#
#   bash tests/run.sh          what every change must pass
#   bash tests/run.sh --all    the long forms too: every test under the address sanitizer, 1,000 seeds for each planted
#                              bug, half a minute for each fuzz target, an hour of soak, 1,000 kills, clang-tidy,
#                              coverage
#
# WEIR_DATA names the folder with the real data sets (default: ../shared/data beside the checkout); tests that
# want it say so and are skipped where it is absent.
set -euo pipefail
cd "$(dirname "$0")/.."

all=0
for argument in "$@"; do
  case "$argument" in
    --all) all=1 ;;
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
  local preset=$1 unity=-DWEIR_UNITY=ON
  shift
  echo "== building $preset"
  # Several files at a time, which makes a first build fast, unless someone has made the folder otherwise to work in.
  ! grep -qs '^WEIR_UNITY:BOOL=OFF' "build/$preset/CMakeCache.txt" || unity=-DWEIR_UNITY=OFF
  cmake --preset "$preset" $unity >"/tmp/weir-configure-$preset.log" 2>&1 || {
    cat "/tmp/weir-configure-$preset.log"
    exit 1
  }
  cmake --build --preset "$preset" --target "$@" -- -j"$jobs" --quiet
}

build tsan weir_runtime_test weir_threads_test
echo "== thread sanitizer: the runtime"
$plain_layout ctest --preset tsan -R '^(runtime|threads)[.]' -E '[.]PlantedRace' --timeout 300

if [ "$all" = 1 ]; then
  build asan all
  echo "== address and undefined behaviour sanitizers: everything"
  ctest --preset asan --timeout 1200
else
  build asan weir_unit_tests
  echo "== address and undefined behaviour sanitizers: the unit tests"
  # What shows that a test can fail is seen in `dev`, where nothing slows it: planted bugs, steps left out.
  # Histories of chance are lived through in full there, too, and with --all.
  WEIR_SPILL_KEYS=200000 WEIR_HISTORIES=4 ctest --preset asan -L unit -E 'Planted|[.](Is|Are)Red' --timeout 600
fi

build dev all
if [ "$all" = 1 ]; then
  build fuzz weir_fuzz_targets
  echo "== fuzz: each target for half a minute"
  ctest --preset fuzz --timeout 300
  echo "== planted bugs: 1,000 seeds each"
  WEIR_PLANTED_SEEDS=1000 build/dev/bin/weir_sim_test --gtest_filter='*Planted*'
  echo "== 1,000 kills"
  bash tests/faults/kill_loop.sh 1000
  echo "== an hour of soak"
  python3 -B tests/faults/soak.py build/dev/bin/weir --seconds 3600
  echo "== clang-tidy"
  python3 tests/house/check_tidy.py build/dev
  echo "== coverage"
  bash tests/coverage.sh
fi
echo "== dev"
ctest --preset dev --timeout 900  # Ten thousand seeds take some minutes.
