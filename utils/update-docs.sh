#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Writes docs/generated, the reference pages that come from ODS; see usage() below.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"

usage() {
  cat <<'TEXT'
usage: utils/update-docs.sh [--check] [--build=DIR]

Writes the reference pages of dialects, interfaces and passes to docs/generated.

  --check      compare instead, and print the differences
  --build=DIR  the configured build folder to use (default: build/dev)
  --help       print this text

Exit status: 0 done, 1 the pages differ or an error, 2 wrong usage.
TEXT
}

check=
build=build/dev
for argument in "$@"; do
  case $argument in
    --check) check=1 ;;
    --build=*) build=${argument#*=} ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; echo "error: unknown argument '$argument'" >&2; exit 2 ;;
  esac
done
[ -f "$build/build.ninja" ] || {
  echo "error: $build: not a configured build folder; run cmake --preset dev" >&2
  exit 1
}
cmake --build "$build" --target partita-docs >/dev/null || {
  # Once more for the messages: ninja prints them on stdout, among its progress.
  cmake --build "$build" --target partita-docs >&2
  exit 1
}

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
while read -r page; do
  [ -n "$page" ] || continue
  name=$(basename "$page")
  {
    echo '<!-- Generated from ODS by utils/update-docs.sh; edit the .td file instead. -->'
    echo
    case $name in
      passes-*) title=${name#passes-}; title=${title%.md}; echo "# Passes of ${title//-//}" ;;
    esac
    sed -e '1{/^<!-- Autogen/d}' -e '/^\[TOC\]$/d' -e '/^# OpInterface definitions$/d' \
      -e 's/^## \([A-Za-z]*Interface\) (`.*`)$/# \1/' \
      -e 's/[ \t]*$//' "$page"
  } | cat -s >"$fresh/$name"
done <"$build/docs/pages.txt"

if [ -n "$check" ]; then
  if ! diff -ru docs/generated "$fresh"; then
    echo "error: docs/generated is out of date; refresh it with: utils/update-docs.sh" >&2
    exit 1
  fi
else
  mkdir -p docs/generated
  rm -f docs/generated/*.md
  cp "$fresh"/*.md docs/generated/
fi
