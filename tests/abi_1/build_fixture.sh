#!/bin/sh
# Builds a plugin fixture of today's ABI minor, as weir_add_plugin_library() builds a library, and puts it beside its
# source: MINOR/sources/NAME.cpp becomes MINOR/x86_64-linux/NAME.so.xz.
#
#   tests/abi_1/build_fixture.sh NAME [C++ compiler]
#
# Only for new fixtures: one that is there was built by the SDK of its time, and is what must keep loading.
set -eu
name=$1
compiler=${2:-g++}
here=$(cd "$(dirname "$0")" && pwd)
sdk=$here/../../sdk
minor=$(sed -n 's/.*WEIR_ABI_MAJOR = \([0-9]*\), WEIR_ABI_MINOR = \([0-9]*\).*/\1.\2/p' "$sdk/include/weir/abi.h")
version=$(sed -n 's/^project(weir VERSION \([0-9.]*\).*/\1/p' "$here/../../CMakeLists.txt")
to=$here/$minor/x86_64-linux
made=$to/$name.so
test "$(uname -sm)" = "Linux x86_64" || { echo "this is no x86-64 Linux" >&2; exit 1; }
test ! -e "$made.xz" || { echo "$made.xz is there: a fixture is not built anew" >&2; exit 1; }
mkdir -p "$to"
"$compiler" -std=c++20 -Os -fPIC -shared -fvisibility=hidden -fvisibility-inlines-hidden \
  $("$compiler" --version | grep -q clang || echo -fno-gnu-unique) -ffunction-sections -fdata-sections \
  -ffile-prefix-map="$here/$minor/sources=." -ffile-prefix-map="$sdk=sdk" -I"$sdk/include" \
  -DWEIR_PLUGIN_NAME="\"$name\"" -DWEIR_PLUGIN_VERSION='"1.0.0"' -DWEIR_SDK_VERSION="\"$version\"" \
  -DWEIR_PLUGIN_BUILD_TYPE='"MinSizeRel"' "$here/$minor/sources/$name.cpp" "$sdk/src/plugin_entry.cpp" -o "$made" \
  -Wl,--version-script="$sdk/cmake/plugin.version" -Wl,--no-undefined -Wl,--gc-sections -Wl,--build-id -s
# Nothing of the machine that built it: no search path, no folder.
if readelf -d "$made" | grep -E 'RPATH|RUNPATH' || strings "$made" | grep -F -e "$HOME/" -e "$here" -e /tmp/; then
  rm "$made"
  echo "the library names folders of this machine" >&2
  exit 1
fi
xz -9e "$made"
test "$(wc -c < "$made.xz")" -lt 61440 || { rm "$made.xz"; echo "the library is larger than 60 KiB" >&2; exit 1; }
(cd "$to" && sha256sum "$name.so.xz" >>SHA256SUMS)
ls -l "$made.xz"
