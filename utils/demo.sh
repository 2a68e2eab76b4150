#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# From a bare machine to two real models and their right numbers; see usage() below.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'TEXT'
usage: utils/demo.sh [--preset=NAME]

Installs what is missing, builds the tools, fetches two models, and
  - embeds three sentences with all-MiniLM-L6-v2 and says how alike they are;
  - continues a prompt with SmolLM2-135M, always with the likeliest next token,
each compared with values that an independent implementation computed; and
  - compiles both for several devices, proves the programs, runs them, and compares
    with one device.
What an earlier run has made is kept, so a second run takes seconds.

  --preset=NAME  a preset of CMakePresets.json (default: dev)
  --help         print this text

The models go to build/models, or to $PARTITA_MODEL_CACHE where it is set.
Exit status: 0 the numbers are right, 1 they are not or a step failed, 2 wrong usage.
TEXT
}

preset=dev
for argument in "$@"; do
  case $argument in
    --preset=*) preset=${argument#*=} ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; echo "error: unknown argument '$argument'" >&2; exit 2 ;;
  esac
done

cd "$repository"
# shellcheck source=utils/steps.sh
source utils/steps.sh
build=build/$preset

stage setup utils/setup.sh
stage configure steps_configure "$preset"
stage build cmake --build "$build" --target partita-translate partita-run partitac
stage fetch-models utils/fetch-models.sh
[ "$steps_stages" = ok ] || exit 1

python=$(utils/python.sh)
status=0
for part in minilm smollm2 devices; do
  echo
  "$python" "utils/demo/$part.py" --bin="$build/bin" || status=1
done
exit "$status"
