#!/usr/bin/env bash
# Steps of every outcome; run by steps.test.
set -euo pipefail
source "$(dirname "$0")/../../../utils/steps.sh"
fails() { echo "a word on stdout"; echo "a word on stderr" >&2; return 3; }
stops() { echo before; false; echo after; }
three() { count_tests 3 0; }
two_of_four() { count_tests 2 2 5; }
crashes_late() { count_tests 3 0; return 1; }
step passes true
step fails fails
step stops-at-the-first stops
warns() { echo "no network"; steps_warn; }
stage built true
stage warns warns
suite three three
suite two-of-four two_of_four
suite crashes-late crashes_late
suite counts-nothing true
stage not-built false
stage not-reached true
suite not-reached-either three
step still-run true
steps_end
