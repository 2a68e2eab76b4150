#!/bin/sh
# The "bug" is a rotation of two heads, in a file that partita-opt accepts.
# Exit status 1: the file shows it.
partita-opt "$1" >/dev/null 2>&1 || exit 0
! grep -q 'xformer.rotary.*tensor<2x16x2x16xf32>' "$1"
