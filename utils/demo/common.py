# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the demos share: where things are, and how a model is imported and run."""

import argparse
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "test" / "golden"


def argument_parser(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--bin",
        type=Path,
        default=ROOT / "build" / "dev" / "bin",
        help="folder of Partita's tools (default: build/dev/bin)",
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=os.environ.get("PARTITA_MODEL_CACHE") or ROOT / "build" / "models",
        help="folder that utils/fetch-models.sh filled "
        "(default: $PARTITA_MODEL_CACHE, else build/models)",
    )
    return parser


class Model:
    """A checkpoint imported for one shape of its inputs; run it as often as you like."""

    def __init__(self, tools, checkpoint, batch, sequence, *options):
        self.tools, self.checkpoint = tools, checkpoint
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name)
        self.graph = self.folder / "model.mlir"
        self._call(
            "partita-translate",
            "--import-hf",
            checkpoint,
            f"--import-batch={batch}",
            f"--import-seq={sequence}",
            *options,
            "-o",
            self.graph,
        )

    def run(self, output, **inputs):
        """The array `output` for NumPy arrays by input name."""
        arguments = []
        for name, value in inputs.items():
            np.save(self.folder / f"{name}.npy", value)
            arguments += ["--input", f"{name}={self.folder / name}.npy"]
        self._call(
            "partita-run",
            self.graph,
            f"--weights={self.checkpoint}",
            f"--output={self.folder}",
            *arguments,
        )
        return np.load(self.folder / f"{output}.npy")

    def _call(self, tool, *arguments):
        subprocess.run(
            [self.tools / tool, *arguments], check=True, stdout=subprocess.DEVNULL
        )
