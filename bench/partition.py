#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures partitac on a large model: from the import to the proven program of a device.

usage: bench/partition.py [--bin=DIR] [--repeats=N]

llama-3.1-405b on data=16,tensor=8, then half of its layers, then from 8 to 4,096 devices. What Partita
promises: less than 3 s and 600 MB for all 126 layers; twice the layers take at most 2.2 times as long,
and 4,096 devices at most 1.2 times as long as 8. The exit status is 1 where one does not hold. Medians of
interleaved runs, so that a slow spell of the machine meets all.
"""
import argparse
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from common import ROOT, add_bin_option, find_tool, run

MODEL = ROOT / "examples" / "models" / "llama-3.1-405b"
TACTICS = "data-parallel(data),tensor-parallel(tensor)"
MAX_SECONDS, MAX_MEGABYTES, MAX_LAYER_RATIO, MAX_DEVICE_RATIO = 3, 600, 2.2, 1.2

# Name, mesh, layers. A batch of 512 is split by every mesh here.
CASES = {
    "405b": ("data=16,tensor=8", 126),
    "half the layers": ("data=16,tensor=8", 63),
    "8 devices": ("data=1,tensor=8", 126),
    "4096 devices": ("data=512,tensor=8", 126),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_bin_option(parser)
    parser.add_argument("--repeats", type=int, default=5, help="runs of which the median counts")
    arguments = parser.parse_args()
    tool = find_tool(parser, arguments, "partitac")

    times = {name: [] for name in CASES}
    memory = {name: 0 for name in CASES}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(arguments.repeats):
            for name, (mesh, layers) in CASES.items():
                seconds, megabytes = run(
                    [
                        tool, MODEL, "--import-batch=512", f"--import-layers={layers}",
                        f"--mesh={mesh}", f"--tactics={TACTICS}", "-o", Path(scratch) / "out",
                    ],
                    stdout=subprocess.DEVNULL,
                )
                times[name].append(seconds)
                memory[name] = max(memory[name], megabytes)
    median = {name: statistics.median(times[name]) for name in CASES}
    print(f"{MODEL.name}, {TACTICS}: import to proven program, median of {arguments.repeats}")
    print(f"{'':>18}{'mesh':>20}{'layers':>8}{'time':>10}{'peak memory':>14}")
    for name, (mesh, layers) in CASES.items():
        print(f"{name:>18}{mesh:>20}{layers:>8}{median[name]:>8.2f} s{memory[name]:>11.0f} MB")

    ok = True
    for what, value, bound, unit in (
        ("time", median["405b"], MAX_SECONDS, " s"),
        ("peak memory", memory["405b"], MAX_MEGABYTES, " MB"),
        ("twice the layers", median["405b"] / median["half the layers"], MAX_LAYER_RATIO, " times"),
        ("4,096 devices over 8", median["4096 devices"] / median["8 devices"], MAX_DEVICE_RATIO, " times"),
    ):
        holds = value <= bound
        print(f"{what}: {value:.2f}{unit} (at most {bound}{unit}){'' if holds else '  MISSED'}")
        ok &= holds
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
