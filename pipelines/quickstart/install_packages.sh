#!/usr/bin/env bash
# Installs the Debian packages listed in the given files, unless all are there. Without root it prints the
# command that does it and stops with status 1.
#
#   bash pipelines/quickstart/install_packages.sh LIST...
set -euo pipefail

wanted=$(cat "$@" | sort -u)
missing=$(for package in $wanted; do
  dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || echo "$package"
done)
# Debian's npm conflicts with Node.js from elsewhere: only where there is none.
if grep -qx 'needs-npm' <<<"${WEIR_NEEDS:-}" && ! command -v npm >/dev/null; then missing="$missing nodejs npm"; fi
[ -n "${missing//[[:space:]]/}" ] || exit 0
# One line, so that it can be copied.
command="apt-get install -y --no-install-recommends $(echo $missing)"
if [ "$(id -u)" != 0 ]; then
  printf 'These packages are missing. As root, run:\n\n  apt-get update && %s\n\nand then this again.\n' "$command" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
$command -qq >/dev/null
