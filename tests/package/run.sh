#!/usr/bin/env bash
# Makes the packages and runs the quickstart's pipeline from one where there is nothing but the C library and the time
# zones: run.sh BUILD DIRECTORY
#
# Status 77 (skipped): not root, who alone may change the root directory, or the input cannot be fetched.
set -euo pipefail
build=${1:?usage: run.sh BUILD DIRECTORY}
directory=${2:?usage: run.sh BUILD DIRECTORY}
quickstart=$(cd "$(dirname "$0")/../../pipelines/quickstart" && pwd)
[ "$(id -u)" = 0 ] || { echo "skipped: only root may change the root directory" >&2; exit 77; }
data=${WEIR_QUICKSTART_DATA:-$directory/data}
bash "$quickstart/fetch_data.sh" "$data" || { echo "skipped: the quickstart's input cannot be fetched" >&2; exit 77; }

rm -rf "$directory/packages" "$directory/root"
cpack --config "$build/CPackConfig.cmake" -B "$directory/packages" >"$directory/cpack.log" || { cat "$directory/cpack.log"; exit 1; }
deb=$(echo "$directory"/packages/*.deb)
archive=$(echo "$directory"/packages/*.tar.gz)

# What a root directory without compiler and libraries has, and no more.
root=$directory/root
mkdir -p "$root"/{lib64,lib/x86_64-linux-gnu,usr/share,tmp,proc,dev,opt/weir,job,data}
mknod -m 666 "$root/dev/null" c 1 3
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
cp -L /lib/x86_64-linux-gnu/{libc.so.6,libm.so.6,libdl.so.2,libpthread.so.0,librt.so.1} "$root/lib/x86_64-linux-gnu/"
cp -a /usr/share/zoneinfo "$root/usr/share/"
tar -xzf "$archive" --strip-components=1 -C "$root/opt/weir"
cp "$data"/* "$root/data/"
cp "$root/opt/weir/share/weir/pipelines/quickstart/pipeline.yaml" "$root/job/"
(umask 077 && echo "a key that only this test has" >"$root/job/shop.key")

unshare --mount --pid --fork sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" /opt/weir/bin/weir run \
  /job/pipeline.yaml --from-scratch --no-progress --var data=/data --var out=/job --var watch=1s' "$root"

bytes=$(stat -c %s "$root/job/report.html")
[ "$bytes" -gt 500000 ] || { echo "the report has $bytes bytes only" >&2; exit 1; }
contents=$(dpkg-deb --contents "$deb")
for file in usr/bin/weir usr/lib/weir/plugins/report.so usr/include/weir/abi.h; do
  grep -q "$file\$" <<<"$contents" || { echo "no $file in $deb" >&2; exit 1; }
done
# Of whoever ran the main job before: the key that tells who a pseudonym is.
if grep '\.key$' <<<"$contents"; then echo "a key is in $deb" >&2; exit 1; fi
echo "$(basename "$archive") $(stat -c %s "$archive") bytes, $(basename "$deb") $(stat -c %s "$deb") bytes;" \
  "a report of $bytes bytes was made without compiler or libraries"
