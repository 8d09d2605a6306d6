#!/usr/bin/env bash
# Looks at a report in headless Chromium: run_check.sh DIRECTORY REPORT.html [arguments of check_report.mjs]
# DIRECTORY keeps playwright-core, which is installed there once.
set -euo pipefail
directory=${1:?usage: run_check.sh DIRECTORY REPORT.html}
shift
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory"
if [[ ! -d $directory/node_modules/playwright-core ]]; then
  cp "$here/package.json" "$directory/"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --silent --prefix "$directory" ||
    { echo "weir: cannot install playwright-core into $directory; without a network put it there" >&2; exit 1; }
fi
WEIR_NODE_MODULES=$directory exec node "$here/check_report.mjs" "$@"
