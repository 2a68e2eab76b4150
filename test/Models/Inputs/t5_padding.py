# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a T5 run on short sequences with runs on the same sequences, padded.

usage: t5_padding.py FOLDER
"""

import subprocess
import sys
from pathlib import Path

import numpy as np

CASE = Path(__file__).resolve().parents[2] / "golden" / "tiny" / "t5-gated-gelu"
PADDING = 2
TOLERANCE = 1e-5

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
ids, decoder_ids = (
    np.load(CASE / "inputs" / f"{name}.npy") for name in ("ids", "decoder_ids")
)
batch, length = ids.shape


def run(name, ids, mask):
    graph = folder / f"{name}.mlir"
    sizes = [f"--import-batch={batch}", f"--import-seq={ids.shape[1]}"]
    sizes += [f"--import-decoder-seq={decoder_ids.shape[1]}"]
    subprocess.run(
        ["partita-translate", "--import-hf", CASE, *sizes, "-o", graph], check=True
    )
    inputs = {"ids": ids, "attention_mask": mask, "decoder_ids": decoder_ids}
    arguments = []
    for key, value in inputs.items():
        path = folder / f"{name}.{key}.npy"
        np.save(path, value)
        arguments.append(f"--input={key}={path}")
    subprocess.run(
        ["partita-run", graph, f"--weights={CASE}", f"--output={folder / name}"]
        + arguments,
        check=True,
    )
    return np.load(folder / name / "logits.npy")


everything = np.ones((batch, length), bool)
visible = everything.copy()
visible[:, -PADDING:] = False
short = run("short", ids[:, :-PADDING], everything[:, :-PADDING])
padded = run("padded", ids, visible)
unmasked = run("unmasked", ids, everything)

hidden = np.abs(padded - short).max()
seen = np.abs(unmasked - short).max()
print(f"without padding and with {PADDING} masked tokens: max difference {hidden:.1e}")
print(f"with {PADDING} tokens that are not masked: max difference {seen:.1e}")
# The second figure shows that the first one could have been large.
sys.exit(not (hidden <= TOLERANCE < 1e-2 < seen))
