#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Partitions a decoder with partitac and with JAX, and compares what the programs move.

usage: bench/partition_peers.py [--bin=DIR] [--layers=N]

Layers of llama-3.1-8b in f32, 8 sequences of 128 tokens, on 8 devices, under Megatron's splits: partitac by
tactics and names, JAX by the same shardings of parameters and inputs, with Shardy and with GSPMD. Prints for
each the time from a model to a partitioned program (JAX's also generates code, which it cannot do
without), the collectives, and the bytes that a device receives in one forward pass, by the same formulas.
The exit status is 1 if partitac's program moves more bytes in a case. Needs a build and
bench/peers/setup.sh. (f32, because XLA on CPUs sums bf16 in f32, which would double its bytes.)
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import ROOT, add_bin_option, find_tool

MODEL = ROOT / "examples/models/llama-3.1-8b"
PEER_PYTHON = ROOT / "build/peers/bin/python"
BATCH, SEQUENCE = 8, 128

def parameters_over(axis):
    """Every parameter over one more axis."""
    return [
        *(f"*.{name}_proj.weight=[tensor, {axis}]" for name in ("q", "k", "v", "gate", "up")),
        *(f"*.{name}_proj.weight=[{axis}, tensor]" for name in ("o", "down")),
        f"model.embed_tokens.weight=[tensor, {axis}]",
        f"lm_head.weight=[tensor, {axis}]",
        f"*norm.weight=[{axis}]",
    ]


# Mesh, what is split beside, tactics and annotations for that, and what JAX's program calls it.
CASES = (
    ("data=8", "", [], [], []),
    ("tensor=8", "", [], [], []),
    ("data=2,tensor=4", "", [], [], []),
    ("data=2,tensor=4", "tokens over tensor", ["sequence-parallel(tensor)"], [], ["--sequence-parallel"]),
    ("data=2,tensor=4", "parameters over data", [], parameters_over("data"), ["--zero"]),
    # What the tactics say goes first; JAX knows no priorities.
    ("data=2,tensor=4", "parameters over data, last", [], parameters_over("data@9"), ["--zero"]),
)


def output_of(*command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        sys.exit(f"error: {command[0]} failed with status {run.returncode}\n{run.stderr[-2000:]}")
    return run.stdout


def run_partita(tool, mesh, tactics, annotations, layers):
    axes = [axis.split("=")[0] for axis in mesh.split(",")]
    tactics = [f"{axis}-parallel({axis})" for axis in axes] + tactics
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(scratch) / "out.partita"
        start = time.perf_counter()
        output_of(
            tool, MODEL, f"--import-batch={BATCH}", f"--import-seq={SEQUENCE}",
            f"--import-layers={layers}", "--import-dtype=f32", f"--mesh={mesh}",
            f"--tactics={','.join(tactics)}", *(f"--annotate={each}" for each in annotations),
            "-o", package,
        )
        seconds = time.perf_counter() - start
        report = json.loads((package / "report.json").read_text())
    counts = {each["kind"]: 0 for each in report["collectives"]}
    for each in report["collectives"]:
        counts[each["kind"]] += each["count"]
    return seconds, counts, report["received_bytes_per_device"]


def run_jax(partitioner, mesh, flags, layers):
    result = json.loads(
        output_of(
            PEER_PYTHON, ROOT / "bench/peers/jax_partition.py", MODEL / "config.json",
            f"--mesh={mesh}", f"--layers={layers}", f"--batch={BATCH}", f"--seq={SEQUENCE}",
            f"--partitioner={partitioner}", *flags,
        )
    )
    return result["seconds"], result["collectives"], result["received_bytes_per_device"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_bin_option(parser)
    parser.add_argument("--layers", type=int, default=4, help="default: 4")
    arguments = parser.parse_args()
    tool = find_tool(parser, arguments, "partitac")
    if not PEER_PYTHON.exists():
        sys.exit(f"error: {PEER_PYTHON} is missing; run bench/peers/setup.sh")

    ok = True
    for mesh, beside, tactics, annotations, flags in CASES:
        print(", ".join(filter(None, [mesh, beside, f"{arguments.layers} layers"])))
        rows = {"partitac": run_partita(tool, mesh, tactics, annotations, arguments.layers)}
        for partitioner in ("shardy", "gspmd"):
            rows[f"JAX, {partitioner}"] = run_jax(
                partitioner, mesh, flags, arguments.layers
            )
        for name, (seconds, counts, received) in rows.items():
            listed = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "none"
            print(f"  {name:<12}{seconds:>7.2f} s{received / 1e6:>9.2f} MB a device  {listed}")
        if any(rows["partitac"][2] > row[2] for row in rows.values()):
            print("  partitac moves MORE bytes")
            ok = False
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
