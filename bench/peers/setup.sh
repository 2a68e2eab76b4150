#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Makes build/peers, a Python environment with the programs that the benches
# compare with: PyTorch (2.0 or later), and JAX (0.8 or later) for CPUs. What python3
# already has is used; otherwise pip installs it. Linux builds of torch bring CUDA
# libraries along, 5.4 GB in all, which PIP_INDEX_URL avoids where it names an index
# with CPU-only builds.
set -euo pipefail

case ${1:-} in
  '') ;;
  --help | -h)
    echo "usage: bench/peers/setup.sh"
    echo "Makes build/peers, a Python environment with PyTorch, JAX and NumPy."
    exit 0 ;;
  *)
    echo "error: unexpected argument '$1'; see --help" >&2
    exit 2 ;;
esac

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
environment=$repository/build/peers
python=$environment/bin/python

# usable MODULE MAJOR MINOR: the environment has the module, at least of this version.
usable() {
  "$python" -c "import numpy, $1
assert tuple(map(int, $1.__version__.split('.')[:2])) >= ($2, $3)" >/dev/null 2>&1
}

# install MODULE REQUIREMENT NAME
install() {
  echo "installing $3 into $environment" >&2
  "$python" -m pip install --quiet --disable-pip-version-check --ignore-installed numpy "$2" || {
    echo "error: cannot install $1; check the network, pip's index and the disk" >&2
    exit 1
  }
}

if ! "$python" -c '' 2>/dev/null; then
  python3 -m venv --clear --system-site-packages "$environment" || {
    echo "error: python3 cannot make an environment;" \
         "install venv, for example: apt-get install python3-venv" >&2
    exit 1
  }
fi
usable torch 2 0 || install torch 'torch>=2' PyTorch
usable jax 0 8 || install jax 'jax>=0.8' JAX
echo "$environment"
