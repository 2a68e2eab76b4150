#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the time of a SmolLM2-135M forward pass with PyTorch's.

usage: bench/forward.py [--rounds=N] [--runs=N] [--build=DIR]

128 tokens, f32, one thread each, weights from the same GGUF file, loaded before
the clock starts. Both programs run in turn, N rounds, so that a slow spell of
the machine meets both; a round's time is the median of its runs. Prints a line a
round, then the median of the rounds' ratios. Needs a build (cmake --preset
release), utils/fetch-models.sh and bench/peers/setup.sh.
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "build/models/smollm2-135m"
PEER_PYTHON = ROOT / "build/peers/bin/python"
IDS = ROOT / "test/golden/smollm2/inputs/ids.npy"


def output_of(*command):
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"error: {command[0]} failed with status {run.returncode}")
    return run.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="default: 5")
    parser.add_argument("--runs", type=int, default=5, help="of a round; default: 5")
    parser.add_argument(
        "--build",
        type=Path,
        default=ROOT / "build/release",
        help="default: build/release",
    )
    arguments = parser.parse_args()
    tools = arguments.build.resolve() / "bin"
    for path, fix in (
        (tools / "partita-run", "cmake --preset release && ninja -C build/release"),
        (MODEL, "utils/fetch-models.sh"),
        (PEER_PYTHON, "bench/peers/setup.sh"),
    ):
        if not path.exists():
            sys.exit(f"error: {path} is missing; run {fix}")

    graph = tools.parent / "smollm2-bench.mlir"
    output_of(
        tools / "partita-translate", "--import-hf", MODEL, "--import-seq=128",
        "--import-dtype=f32", "-o", graph,
    )
    ratios = []
    for index in range(arguments.rounds):
        ours = json.loads(
            output_of(
                tools / "partita-run", graph, f"--weights={MODEL}",
                f"--input=ids={IDS}", f"--repeat={arguments.runs}", "--json",
            )
        )["seconds"]
        peer = json.loads(
            output_of(
                PEER_PYTHON, ROOT / "bench/peers/pytorch_smollm2.py",
                f"--runs={arguments.runs}",
            )
        )["median_seconds"]
        ratios.append(ours / peer)
        print(f"round {index + 1}: partita-run {ours:.3f} s, PyTorch {peer:.3f} s, ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f} (goal: at most 3)")


if __name__ == "__main__":
    main()
