#!/usr/bin/env bash
# Checks Weir's Arrow code against pyarrow. Usage: run.sh BUILD_DIRECTORY (in which the target
# weir_arrow_roundtrip is built). pyarrow goes into a Python environment in that directory, once.
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
environment=$build/python-arrow
if [ ! -x "$environment/bin/python" ] || ! "$environment/bin/python" -c 'import pyarrow' 2>/dev/null; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check 'pyarrow>=21'
fi
exec "$environment/bin/python" "$here/check.py" "$build/lib/libweir_arrow_roundtrip.so"
