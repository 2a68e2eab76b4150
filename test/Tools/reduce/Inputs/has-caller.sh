#!/bin/sh
# Interesting is a call of @callee. Exit status 1: the file has it.
partita-opt "$1" >/dev/null 2>&1 || exit 0
! grep -q 'call @callee' "$1"
