#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Builds Partita and runs all of its tests, from a bare machine on; see usage() below.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'TEXT'
usage: utils/check.sh [--preset=NAME] [--once] [--no-models] [lit options...]

Installs what is missing, builds, and runs the tests (FileCheck and GoogleTest);
then the FileCheck tests that run partita-opt again, with every module they read
sent through its text form, and once more through its bytecode.

  --preset=NAME  a preset of CMakePresets.json (default: dev)
  --once         leave the two round-trip runs out
  --no-models    do not fetch the two real models; tests that run them, where they
                 are not there, count as unsupported and not as passed
  --help         print this text
Other options go to lit: --filter=attention -v

The last line is 'N passed, N failed'. A test counts once for each of the three
runs it takes part in; setting up and building count only where they fail.
Exit status: 0 all passed, 1 something failed, 2 wrong usage.
TEXT
}

preset=dev
targets=(check-partita check-partita-text check-partita-bytecode)
models=1
lit_options=
for argument in "$@"; do
  case $argument in
    --preset=*) preset=${argument#*=} ;;
    --once) targets=(check-partita) ;;
    --no-models) models= ;;
    --help | -h) usage; exit 0 ;;
    *) printf -v argument %q "$argument"; lit_options+=" $argument" ;;
  esac
done

cd "$repository"
# shellcheck source=utils/steps.sh
source utils/steps.sh
build=build/$preset

fetch_models() {
  timeout 600 utils/fetch-models.sh || {
    echo "the real models could not be fetched, so the tests that run them are left out"
    steps_warn
  }
}

run_tests() { # TARGET
  local results=$build/test/results.json status=0
  rm -f "$results"
  LIT_OPTS="-o $repository/$results $lit_options" \
    cmake --build "$build" --target "$1" || status=$?
  [ -s "$results" ] || return 1
  local counts
  counts=$("$(utils/python.sh)" - "$results" <<'PYTHON'
import collections, json, sys
codes = collections.Counter(test["code"] for test in json.load(open(sys.argv[1]))["tests"])
passed = sum(codes[code] for code in ("PASS", "XFAIL", "FLAKYPASS"))
failed = sum(codes[code] for code in ("FAIL", "XPASS", "UNRESOLVED", "TIMEOUT"))
print(passed, failed, codes["UNSUPPORTED"])
PYTHON
  )
  # shellcheck disable=SC2086 # three numbers
  count_tests $counts
  return "$status"
}

stage setup utils/setup.sh
stage configure steps_configure "$preset"
stage build cmake --build "$build" --target all partita-test-depends
if [ -n "$models" ]; then
  # A network that is not there fails no test, and is not passed over in silence either.
  stage models fetch_models
fi
for target in "${targets[@]}"; do
  suite "$target" run_tests "$target"
done
steps_end
