#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Makes build/peers, a Python environment with the programs that the benches
# compare with. A torch (2.0 or later) that python3 already has is used;
# otherwise pip installs one. Its Linux builds bring CUDA libraries along, 5.4 GB
# in all, which PIP_INDEX_URL avoids where it names an index with CPU-only builds.
set -euo pipefail

case ${1:-} in
  '') ;;
  --help | -h)
    echo "usage: bench/peers/setup.sh"
    echo "Makes build/peers, a Python environment with PyTorch and NumPy."
    exit 0 ;;
  *)
    echo "error: unexpected argument '$1'; see --help" >&2
    exit 2 ;;
esac

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
environment=$repository/build/peers
python=$environment/bin/python

usable() {
  "$python" -c 'import numpy, torch; assert int(torch.__version__.split(".")[0]) >= 2' \
    >/dev/null 2>&1
}

if ! usable; then
  python3 -m venv --clear --system-site-packages "$environment" || {
    echo "error: python3 cannot make an environment;" \
         "install venv, for example: apt-get install python3-venv" >&2
    exit 1
  }
  if ! usable; then
    echo "installing PyTorch into $environment" >&2
    "$python" -m pip install --quiet --disable-pip-version-check --ignore-installed \
      numpy 'torch>=2' || {
      echo "error: cannot install torch; check the network, pip's index and the disk" >&2
      exit 1
    }
  fi
fi
echo "$environment"
