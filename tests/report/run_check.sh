#!/usr/bin/env bash
# Looks at a report in headless Chromium: run_check.sh DIRECTORY REPORT.html [arguments of check_report.mjs]
# WEIR_REPORT_CHECK names another check beside this file. DIRECTORY keeps what package.json names, installed once.
set -euo pipefail
directory=${1:?usage: run_check.sh DIRECTORY REPORT.html}
shift
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$directory"
if ! cmp -s "$here/package.json" "$directory/package.json" || [[ ! -d $directory/node_modules ]]; then
  cp "$here/package.json" "$directory/"
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --silent --prefix "$directory" ||
    { rm "$directory/package.json"
      echo "weir: cannot install the packages of $here/package.json into $directory; without a network put them there" >&2
      exit 1; }
fi
WEIR_NODE_MODULES=$directory exec node "$here/${WEIR_REPORT_CHECK:-check_report.mjs}" "$@"
