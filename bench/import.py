#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measures the import of a large model: time, peak memory, and how the IR grows with the layers.

The bounds that Partita promises are for llama-3.1-405b: less than 1 s, less than 300 MB, and IR whose
size is linear in the layers. The exit status is 1 where one does not hold.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from common import ROOT, add_bin_option, find_tool, run

MAX_SECONDS = 1
MAX_MEGABYTES = 300
MAX_DEVIATION = 0.01  # digits of layer numbers are not linear


def measure(tool, model, layers, output, repeats):
    command = [tool, "--import-hf", model, f"--import-layers={layers}", "-o", output]
    seconds, megabytes = zip(*(run(command) for _ in range(repeats)))
    return statistics.median(seconds), max(megabytes), output.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_bin_option(parser)
    parser.add_argument(
        "--repeats", type=int, default=11, help="runs of which the median counts"
    )
    arguments = parser.parse_args()
    tool = find_tool(parser, arguments, "partita-translate")
    model = ROOT / "examples" / "models" / "llama-3.1-405b"
    depths = (21, 63, 126)

    print(f"import of {model.name}, median of {arguments.repeats} runs")
    print(f"{'layers':>8}{'time':>11}{'peak memory':>14}{'IR':>15}")
    size = {}
    with tempfile.TemporaryDirectory() as scratch:
        for layers in depths:
            seconds, megabytes, size[layers] = measure(
                tool,
                model,
                layers,
                Path(scratch) / "model.mlir",
                arguments.repeats,
            )
            print(
                f"{layers:>8}{seconds:>9.3f} s{megabytes:>11.0f} MB"
                f"{size[layers]:>9,} bytes"
            )
    first, second, last = depths
    slope = (size[second] - size[first]) / (second - first)
    expected = size[second] + slope * (last - second)
    deviation = size[last] / expected - 1
    print(
        f"{slope:,.0f} bytes of IR a layer; at {last} layers {deviation:+.2%} off "
        f"the line through {first} and {second}"
    )

    ok = True
    for what, value, bound, unit in (
        ("time", seconds, MAX_SECONDS, "s"),
        ("peak memory", megabytes, MAX_MEGABYTES, "MB"),
        ("deviation from a line", abs(deviation), MAX_DEVIATION, ""),
    ):
        if value >= bound:
            print(f"error: {what} is {value:.3g} {unit}, expected less than {bound}")
            ok = False
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
