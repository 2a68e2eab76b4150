# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Imports a tiny model, runs it for each of its golden outputs, and compares.

usage: golden_case.py CASE FOLDER [--tolerance=X] [--import=OPTION]... [--run=OPTION]...

CASE is a folder below test/golden/tiny; FOLDER is for what is written. Options
after --import and --run go to partita-translate and partita-run.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "golden"


def input_files(case, output):
    """The files of the inputs by name; labels belong to the loss only."""
    files = {path.stem: path for path in (case / "inputs").glob("*.npy")}
    if output != "loss":
        files.pop("labels", None)
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tolerance", default="1e-4")
    parser.add_argument("--import", dest="imports", action="append", default=[])
    parser.add_argument("--run", dest="runs", action="append", default=[])
    arguments = parser.parse_args()

    case = GOLDEN / "tiny" / arguments.case
    manifest = json.loads((case / "case.json").read_text(encoding="utf-8"))
    results = arguments.folder
    results.mkdir(parents=True, exist_ok=True)
    shape = [f"--import-{key.replace('_', '-')}={value}" for key, value in manifest.items()]
    for output in sorted(path.stem for path in (case / "golden").glob("*.npy")):
        graph = results / f"{output}.mlir"
        loss = ["--import-loss"] if output == "loss" else []
        subprocess.run(
            ["partita-translate", "--import-hf", case, *shape, *loss, *arguments.imports]
            + ["-o", graph],
            check=True,
        )
        files = input_files(case, output)
        if "%attention_mask:" in graph.read_text(encoding="utf-8"):
            # T5's golden outputs are of sequences without padding.
            if "attention_mask" not in files:
                files["attention_mask"] = results / "attention_mask.npy"
                mask = np.ones((manifest["batch"], manifest["seq"]), bool)
                np.save(files["attention_mask"], mask)
        inputs = [f"--input={name}={path}" for name, path in files.items()]
        subprocess.run(
            ["partita-run", graph, f"--weights={case}", f"--output={results}"]
            + [*inputs, *arguments.runs],
            check=True,
        )
    return subprocess.run(
        [sys.executable, GOLDEN / "compare.py", "case", arguments.case, results]
        + [f"--tolerance={arguments.tolerance}"],
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
