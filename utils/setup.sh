#!/usr/bin/env bash
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Installs what building and testing Partita needs and the machine lacks; see usage() below. Where
# nothing is missing it asks dpkg once and ends, without the network and without root.
set -euo pipefail

usage() {
  cat <<'TEXT'
usage: utils/setup.sh [--check] [--quiet]

Installs the Debian packages that building and testing Partita needs.
Without root, and without a sudo that asks no password, it prints the command
to run instead.

  --check   only report what is missing
  --quiet   print nothing when nothing is missing
  --help    print this text

Exit status: 0 everything is there, 1 something is missing, 2 wrong usage.
TEXT
}

check=
quiet=
for argument in "$@"; do
  case $argument in
    --check) check=1 ;;
    --quiet) quiet=1 ;;
    --help | -h) usage; exit 0 ;;
    *) usage >&2; echo "error: unknown argument '$argument'" >&2; exit 2 ;;
  esac
done

packages=(
  # The compiler and what it is built on.
  clang-22 lld-22 libclang-rt-22-dev libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools
  libdnnl-dev
  # Building.
  ccache cmake git ninja-build
  # Tests, benches, and models from Python packages.
  libbenchmark-dev libgmock-dev libgtest-dev python3 python3-numpy python3-pip python3-venv
  # Checks of the sources.
  clang-format-22 clang-tidy-22 shellcheck
)

command -v dpkg-query >/dev/null || {
  echo "error: expected a Debian system (no dpkg-query here); install the equivalents of:" >&2
  echo "  ${packages[*]}" >&2
  exit 1
}

# dpkg-query fails for a package that was never seen; what it prints for the others still counts.
installed=$(dpkg-query --show --showformat='${binary:Package}\t${db:Status-Status}\n' \
  "${packages[@]}" 2>/dev/null | sed -n 's/\(:[a-z0-9]*\)\{0,1\}\tinstalled$//p') || true
missing=()
for package in "${packages[@]}"; do
  grep -qxF -- "$package" <<<"$installed" || missing+=("$package")
done

if [ ${#missing[@]} -eq 0 ]; then
  [ -n "$quiet" ] || echo "setup: all ${#packages[@]} packages are installed"
  exit 0
fi

install=(install --yes --no-install-recommends "${missing[@]}")
by_hand="sudo sh -c 'apt-get update && apt-get ${install[*]}'"
if [ -n "$check" ]; then
  printf 'missing: %s\n' "${missing[@]}"
  exit 1
fi

root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; then
    echo "error: ${#missing[@]} packages are missing and this user cannot install; run:" >&2
    echo "  $by_hand" >&2
    exit 1
  fi
  root=(sudo -n)
fi

echo "setup: installing ${missing[*]}"
apt() {
  # An assignment before sudo would be lost, an `env` behind it is not.
  ${root[@]+"${root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" </dev/null
}
apt update || echo "warning: 'apt-get update' failed; trying with the package lists at hand" >&2
apt "${install[@]}" || {
  echo "error: could not install the packages above. LLVM 22 is in Debian 12 with its security" >&2
  echo "updates and in later releases; once the cause is gone, run:" >&2
  echo "  $by_hand" >&2
  exit 1
}
