#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fuzzes the readers of files, and the partitioner, for a bounded time; see usage() below.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$repository/build/fuzz
targets=(config gguf json npy programs safetensors)

usage() {
  cat <<TEXT
usage: utils/fuzz.sh [--seconds=N] [TARGET...]

Builds the fuzz targets with the address and undefined-behaviour sanitizers in
build/fuzz, and runs each of them (default: all) for a bounded time:
  ${targets[*]}
The corpus grows from run to run in build/fuzz/corpus/TARGET; it starts with
the files that test/Fuzz/make-seeds.py makes. The target programs partitions
random programs, proves them and compares with one device, with build/dev; each
run goes on where the last one ended.

  --seconds=N  how long each target runs (default: 30)
  --help       print this text

Exit status: 0 nothing found, 1 a finding or a failed build, 2 wrong usage.
To run a finding again: build/fuzz/bin/TARGET-fuzzer FILE; of programs:
PARTITA_PARTITION_CASES=1 PARTITA_PARTITION_SEED=N build/dev/test/Unit/PartitaDifferentialTests
TEXT
}

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
}

seconds=30
chosen=()
for argument in "$@"; do
  case $argument in
    --seconds=*)
      seconds=${argument#*=}
      [[ $seconds =~ ^[1-9][0-9]*$ ]] ||
        fail "expected a positive number of seconds, got '$seconds'" 2
      ;;
    --help | -h) usage; exit 0 ;;
    -*) fail "unexpected argument '$argument'; see --help" 2 ;;
    *)
      [[ " ${targets[*]} " == *" $argument "* ]] ||
        fail "no fuzz target '$argument'; expected one of: ${targets[*]}" 2
      chosen+=("$argument")
      ;;
  esac
done
[ ${#chosen[@]} -ne 0 ] || chosen=("${targets[@]}")

build_targets() {
  local target
  for target in "${chosen[@]}"; do
    if [ "$target" = programs ]; then
      cmake --preset dev && cmake --build build/dev --target PartitaDifferentialTests
    else
      cmake --build "$build" --target "$target-fuzzer"
    fi || return
  done
}

# Random programs by number, in batches, until the time is over.
fuzz_programs() { # LOG
  local first next end=$((SECONDS + seconds)) batch=1000
  first=$(cat "$build/programs.next" 2>/dev/null || echo 1000000)
  next=$first
  while [ "$SECONDS" -lt "$end" ]; do
    PARTITA_PARTITION_CASES=$batch PARTITA_PARTITION_SEED=$next \
      build/dev/test/Unit/PartitaDifferentialTests --gtest_filter='DifferentialTest.*' >"$1" 2>&1 ||
      return
    next=$((next + batch))
    echo "$next" >"$build/programs.next"
  done
  echo "programs: $((next - first)) programs from $first on, nothing found"
}

cd "$repository"
mkdir -p "$build"
log=$build/build.log
if ! {
  cmake --preset asan -B "$build" -DPARTITA_BUILD_FUZZERS=ON \
    -DPARTITA_SANITIZE=fuzzer-no-link,address,undefined,float-cast-overflow \
    -DCMAKE_CXX_FLAGS=-fno-sanitize-recover=all &&
    build_targets
} >"$log" 2>&1; then
  tail -n 40 "$log" >&2
  fail "the fuzz targets do not build; see $log"
fi
python3 test/Fuzz/make-seeds.py "$build/seeds"

# A file of 64 KiB justifies no block of 16 MiB, and no second of work.
limits=(-max_len=65536 -malloc_limit_mb=16 -rss_limit_mb=1024 -timeout=10)
findings=0
for target in "${chosen[@]}"; do
  corpus=$build/corpus/$target
  artifacts=$build/findings/$target
  log=$build/$target.log
  if [ "$target" = programs ]; then
    fuzz_programs "$log" && continue
    findings=$((findings + 1))
    grep -m 1 -o 'PARTITA_PARTITION_SEED=[0-9]*' "$log" >&2 || tail -n 5 "$log" >&2
    echo "programs: finding; the whole report is in $log" >&2
    continue
  fi
  mkdir -p "$corpus" "$artifacts"
  rm -f "$artifacts"/*
  if "$build/bin/$target-fuzzer" "${limits[@]}" -max_total_time="$seconds" \
    -dict="test/Fuzz/$target.dict" -artifact_prefix="$artifacts/" -print_final_stats=1 \
    "$corpus" "$build/seeds/$target" >"$log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    files=$(find "$corpus" -type f | wc -l)
    echo "$target: $runs runs, $files files in the corpus, nothing found"
  else
    findings=$((findings + 1))
    grep -E '^(==[0-9]+==ERROR|SUMMARY|broken law)|runtime error' "$log" >&2 || tail -n 5 "$log" >&2
    file=$(find "$artifacts" -type f | head -n 1)
    echo "$target: finding in ${file:-no file}; the whole report is in $log" >&2
  fi
done
[ "$findings" -eq 0 ] || fail "$findings of ${#chosen[@]} targets found something"
