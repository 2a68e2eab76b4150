#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles MiniLM and SmolLM2 for several devices, proves and runs them, and compares with one device.

The weights are those of the checkpoints. Where the 9 heads of SmolLM2 do not divide, they are padded.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from common import GOLDEN, argument_parser

# Model, its folder and golden inputs, mesh, tactics.
DATA, TENSOR = "data-parallel(data)", "tensor-parallel(tensor)"
CASES = (
    ("MiniLM", "all-minilm-l6-v2", "minilm", "data=2,tensor=2", f"{DATA},{TENSOR}"),
    ("SmolLM2", "smollm2-135m", "smollm2", "data=2,tensor=2", f"{DATA},{TENSOR}"),
    ("SmolLM2", "smollm2-135m", "smollm2", "tensor=2", TENSOR),
    ("SmolLM2", "smollm2-135m", "smollm2", "tensor=3", TENSOR),
    ("SmolLM2", "smollm2-135m", "smollm2", "tensor=4", TENSOR),
)
MAX_ERROR = 1e-4


def load_inputs(golden, mesh):
    """NumPy arrays by name. Where a single sequence cannot be split, a second one joins it."""
    folder = GOLDEN / golden / "inputs"
    inputs = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    if golden == "smollm2":
        ids = inputs["ids"]
        inputs = {"ids": np.concatenate([ids, ids[:, ::-1]]) if "data" in mesh else ids}
    return inputs


def call(*arguments):
    run = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, text=True)
    if run.returncode not in (0, 1) or (run.returncode == 1 and not run.stdout):
        sys.exit(f"error: {arguments[0]} failed with status {run.returncode}")
    return run.stdout


def main():
    arguments = argument_parser(__doc__.splitlines()[0]).parse_args()
    ok = True
    print("  model    mesh             compile   collectives          moved a device  verified")
    for name, folder, golden, mesh, tactics in CASES:
        checkpoint = arguments.models / folder
        inputs = load_inputs(golden, mesh)
        batch, sequence = inputs["ids"].shape
        with tempfile.TemporaryDirectory() as scratch:
            package = Path(scratch) / "out.partita"
            start = time.perf_counter()
            call(
                arguments.bin / "partitac", checkpoint, f"--import-batch={batch}",
                f"--import-seq={sequence}", "--import-dtype=f32", f"--mesh={mesh}",
                f"--tactics={tactics}", "-o", package,
            )
            seconds = time.perf_counter() - start
            report = json.loads((package / "report.json").read_text())
            given = []
            for key, value in inputs.items():
                np.save(Path(scratch) / f"{key}.npy", value)
                given.append(f"--input={key}={Path(scratch) / key}.npy")
            run = json.loads(
                call(
                    arguments.bin / "partita-run", package, f"--weights={checkpoint}",
                    f"--tolerance={MAX_ERROR}", "--verify", "--json", *given,
                )
            )
        result, = run["verification"]
        holds = result["ok"] and result["same_argmax"] == result["rows"]
        ok &= holds
        kinds = {each["kind"]: 0 for each in report["collectives"]}
        for each in report["collectives"]:
            kinds[each["kind"]] += each["count"]
        moved = report["received_bytes_per_device"] / 1e6
        counted = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        error = result.get("max_relative_error", float("inf"))
        print(
            f"  {name:<9}{mesh:<17}{seconds:>5.2f} s   {counted:<21}{moved:>11.2f} MB  "
            f"{'equal to' if holds else 'DIFFERS from'} one device: error {error:.1e}, "
            f"argmax {result['same_argmax']}/{result['rows']}",
            flush=True,
        )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
