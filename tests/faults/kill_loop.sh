#!/usr/bin/env bash
# Kills the real process N times (50 when nothing is said), in the middle of whatever it does, and compares what it
# gives in the end with an undisturbed run:  bash tests/faults/kill_loop.sh 1000
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
exec python3 -B "$here/kill_loop.py" "${WEIR:-$here/../../build/dev/bin/weir}" "${1:-50}" "${2:-$RANDOM}"
