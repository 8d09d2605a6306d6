#!/usr/bin/env bash
# Puts Apache ECharts into DIRECTORY/echarts.min.js: fetch_echarts.sh DIRECTORY
#
# Takes the pinned npm package once, checks it against the digest below and keeps the file: later builds need
# no network. With no network, put echarts-6.1.0.tgz into DIRECTORY (or name it in WEIR_ECHARTS_TGZ).
set -euo pipefail
version=6.1.0
integrity=q0yaFPggC9FUdsWH4blavRWFmxdrIodbkoKNAjJudAI6CA9gNPxHtV2RcZNEepZVlk4yvBYkOkbk6HIVpIyHZA==
directory=${1:?usage: fetch_echarts.sh DIRECTORY}
archive=$directory/echarts-$version.tgz
mkdir -p "$directory"

fail() {
  echo "weir: the report family needs Apache ECharts $version: $1" >&2
  exit 1
}

if [[ ! -f $archive && -n ${WEIR_ECHARTS_TGZ:-} ]]; then
  cp "$WEIR_ECHARTS_TGZ" "$archive" || fail "cannot read $WEIR_ECHARTS_TGZ, which WEIR_ECHARTS_TGZ names"
fi
if [[ ! -f $archive ]]; then
  command -v npm >/dev/null || fail "npm is not installed and $archive is not there (apt-get install npm)"
  taken=$(mktemp -d "$directory/taking.XXXXXX")
  trap 'rm -rf "$taken"' EXIT
  (cd "$taken" && npm pack --silent "echarts@$version" >/dev/null) ||
    fail "'npm pack echarts@$version' failed; without a network put the package at $archive"
  mv "$taken/echarts-$version.tgz" "$archive"
fi

found=$(openssl dgst -sha512 -binary "$archive" | base64 -w0)
if [[ $found != "$integrity" ]]; then
  fail "$archive has sha512 $found, expected $integrity; delete it and build again"
fi
# The whole build: the smaller ones have no Sankey and no boxes.
tar -xzf "$archive" -C "$directory" --strip-components=2 package/dist/echarts.min.js ||
  fail "$archive holds no dist/echarts.min.js"
tar -xzf "$archive" -C "$directory" --strip-components=1 package/LICENSE package/NOTICE
touch "$directory/echarts.min.js"
