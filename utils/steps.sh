# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
#
# Sourced by the scripts that run many steps and end with a count (utils/check.sh, .ci/run).
#   step NAME COMMAND...    runs COMMAND, prints one line, counts one pass or one failure
#   stage NAME COMMAND...   something that suites stand on, such as building: a pass proves nothing
#                           and is not counted, after a failure later stages and suites are skipped
#   suite NAME COMMAND...   COMMAND runs tests and counts them itself, with count_tests
#   steps_of SCRIPT...      runs a script that uses this file, and adds what it counts
#   steps_end               prints 'N passed, N failed', and is true where nothing failed
# The first four return true whatever happens: inside a function called as `f || ...` bash ignores
# `set -e`, and a COMMAND would go on after its first error. Call them at the top level.
# A step's output goes to build/logs/NAME.log, and in full to stdout where the step failed.

: "${repository:?set it to the root of the repository first}"
steps_passed=0
steps_failed=0
steps_broken=()
steps_stages=ok
steps_logs=$repository/build/logs
mkdir -p "$steps_logs"

# Clones in different folders share cached objects.
export CCACHE_BASEDIR=$repository CCACHE_NOHASHDIR=1

# Called by a suite's command: PASSED FAILED [LEFT OUT].
count_tests() {
  echo "$1 $2 ${3:-0}" >"$steps_counts"
}

# Called by a command that went on without something that others should know of: its log is printed
# although it passed.
steps_warn() {
  touch "$steps_counts.warn"
}

# A command for a stage: configures build/PRESET where that has not been done.
steps_configure() { # PRESET
  # A configured build folder configures itself again where ninja finds that it must.
  if [ -f "build/$1/build.ninja" ] && [ "build/$1/CMakeCache.txt" -nt CMakePresets.json ]; then
    return
  fi
  cmake --preset "$1"
}

steps_run() { # KIND NAME COMMAND...
  local kind=$1 name=$2 log=$steps_logs/$2.log status=0 passed failed left_out note='' elapsed
  shift 2
  if [ "$kind" != step ] && [ "$steps_stages" != ok ]; then
    printf '%-7s %s\n' skipped "$name"
    return
  fi
  export steps_counts=$steps_logs/$name.counts
  rm -f "$steps_counts" "$steps_counts.warn"
  [ ! -t 1 ] || printf '        %s ...\r' "$name"
  local begin=${EPOCHREALTIME/[.,]/}
  set +e
  (set -e; "$@") >"$log" 2>&1 </dev/null
  status=$?
  set -e
  elapsed=$(((${EPOCHREALTIME/[.,]/} - begin) / 100000))

  case $kind in
    stage) passed=0 ;;
    *) passed=1 ;;
  esac
  failed=0
  if [ "$kind" = suite ] && [ -s "$steps_counts" ]; then
    read -r passed failed left_out <"$steps_counts"
    note="$passed passed"
    [ "$failed" -eq 0 ] || note="$note, $failed failed"
    [ "$left_out" -eq 0 ] || note="$note, $left_out left out"
    # A runner that counts no failure and fails all the same is a failure.
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
  elif [ "$status" -ne 0 ]; then
    passed=0 failed=1
  elif [ "$kind" = suite ]; then
    passed=0 failed=1 note='no test was counted' status=1
  fi
  [ "$failed" -eq 0 ] || [ "$status" -ne 0 ] || status=1
  steps_passed=$((steps_passed + passed))
  steps_failed=$((steps_failed + failed))

  local verdict=ok
  [ ! -e "$steps_counts.warn" ] || verdict=warning
  [ "$status" -eq 0 ] || verdict=FAILED
  printf '%-7s %-24s %4d.%d s  %s\n' "$verdict" "$name" $((elapsed / 10)) $((elapsed % 10)) "$note"
  [ "$verdict" = ok ] || sed 's/^/  | /' "$log"
  if [ "$status" -ne 0 ]; then
    steps_broken+=("$name")
    [ "$kind" != stage ] || steps_stages=failed
  fi
}

step() { steps_run step "$@"; }
stage() { steps_run stage "$@"; }
suite() { steps_run suite "$@"; }

steps_of() {
  local counts=$steps_logs/of.counts passed failed status=0
  rm -f "$counts"
  set +e
  # Its lines come as they do; its sum is not the last word.
  PARTITA_STEPS_COUNTS=$counts "$@" </dev/null | sed -u -E '/^[0-9]+ passed, [0-9]+ failed$/d'
  status=${PIPESTATUS[0]}
  set -e
  if [ -s "$counts" ]; then
    read -r passed failed <"$counts"
  else
    passed=0 failed=0
  fi
  if [ "$status" -ne 0 ]; then
    [ "$failed" -gt 0 ] || failed=1
    steps_broken+=("${1##*/}")
  fi
  steps_passed=$((steps_passed + passed))
  steps_failed=$((steps_failed + failed))
}

steps_end() {
  [ ${#steps_broken[@]} -eq 0 ] || echo "failed: ${steps_broken[*]}"
  [ -z "${PARTITA_STEPS_COUNTS-}" ] || echo "$steps_passed $steps_failed" >"$PARTITA_STEPS_COUNTS"
  echo "$steps_passed passed, $steps_failed failed"
  [ "$steps_failed" -eq 0 ]
}
