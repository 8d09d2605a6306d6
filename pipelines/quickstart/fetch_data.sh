#!/usr/bin/env bash
# Fetches the quickstart's input, once: fetch_data.sh DIRECTORY
#
# CDNOW_master.txt: 69,659 real purchases, from the Python package lifetimes (MIT).
# ecom.csv.gz: a made-up click-stream, from the Python package retentioneering (Apache-2.0).
set -euo pipefail
directory=${1:?usage: fetch_data.sh DIRECTORY}
mkdir -p "$directory"

fetch() { # package, path within it, checksum
  local file=$directory/${2##*/}
  [ -s "$file" ] && return
  local scratch
  scratch=$(mktemp -d "$directory/fetch.XXXXXX")
  echo "fetching ${2##*/} from the Python package $1" >&2
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$scratch" "$1" ||
    { rm -rf "$scratch"; echo "fetch_data.sh: cannot download $1; without a network put ${2##*/} into $directory" >&2; exit 1; }
  unzip -q -j "$scratch"/*.whl "$2" -d "$scratch"
  echo "$3  $scratch/${2##*/}" | sha256sum --quiet --check || { rm -rf "$scratch"; exit 1; }
  mv "$scratch/${2##*/}" "$file"
  rm -rf "$scratch"
}

fetch lifetimes==0.11.3 lifetimes/datasets/CDNOW_master.txt eff6889ed364c5199d6eacbbeb7a6d559971df4406ac876f322c373f00a072ef
fetch retentioneering==5.2.4 retentioneering/datasets/ecom.csv.gz 110716838facbec8143c6c9af74500eb0252197da212fd75aa4c47bf3b692090
