#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Prints the path of a python3 that can import NumPy; every script that needs one asks here. The
# first `python3` on the PATH may be one that Debian's python3-numpy does not reach.
# Tried in this order: $PARTITA_PYTHON, python3, /usr/bin/python3, build/venv/bin/python3. Where none
# fits, build/venv is made and NumPy installed into it; --no-install fails instead.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

has_numpy() { # PYTHON
  "$1" -c 'import sys, numpy; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1
}

install=1
case ${1-} in
  '') ;;
  --no-install) install= ;;
  *) echo "usage: utils/python.sh [--no-install]" >&2; exit 2 ;;
esac

if [ -n "${PARTITA_PYTHON-}" ]; then
  has_numpy "$PARTITA_PYTHON" || {
    echo "error: PARTITA_PYTHON=$PARTITA_PYTHON is not a Python 3.9 or later with NumPy" >&2
    exit 1
  }
  echo "$PARTITA_PYTHON"
  exit
fi

venv=$repository/build/venv
for candidate in python3 /usr/bin/python3 "$venv/bin/python3"; do
  path=$(command -v "$candidate") || continue
  if has_numpy "$path"; then
    echo "$path"
    exit
  fi
done

if [ -z "$install" ]; then
  echo "error: no python3 with NumPy; run utils/setup.sh" >&2
  exit 1
fi
if ! { python3 -m venv "$venv" && "$venv/bin/python3" -m pip install --quiet numpy; } >&2 ||
  ! has_numpy "$venv/bin/python3"; then
  echo "error: no python3 with NumPy, and $venv could not be made; run utils/setup.sh" >&2
  exit 1
fi
echo "$venv/bin/python3"
