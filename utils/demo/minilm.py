#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Embeds three sentences with all-MiniLM-L6-v2 and compares with the golden embeddings."""

import sys
import time

import numpy as np

from common import GOLDEN, Model, argument_parser

# What test/golden/minilm/inputs/ids.npy says.
SENTENCES = [
    "The cat sleeps on the warm windowsill.",
    "A kitten is napping by the sunny window.",
    "The committee postponed its vote on the new budget.",
]
COSINE, DIFFERENCE = 0.99999, 1e-4


def embed(hidden, mask):
    """[batch, tokens, width] to the mean over each sentence's tokens, of length one."""
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=-1, keepdims=True)


def main():
    arguments = argument_parser(__doc__).parse_args()
    folder = GOLDEN / "minilm"
    inputs = {path.stem: np.load(path) for path in (folder / "inputs").glob("*.npy")}
    golden = np.load(folder / "golden" / "embeddings.npy")

    start = time.perf_counter()
    model = Model(
        arguments.bin, arguments.models / "all-minilm-l6-v2", *inputs["ids"].shape
    )
    hidden = model.run("hidden", **inputs)
    seconds = time.perf_counter() - start

    embeddings = embed(hidden, inputs["attention_mask"])
    for i, sentence in enumerate(SENTENCES):
        print(f"  {i}  {sentence}")
    for i, j in ((0, 1), (0, 2), (1, 2)):
        print(f"  similarity of {i} and {j}: {embeddings[i] @ embeddings[j]:7.4f}")
    cosine = float((embeddings * golden).sum(-1).min())
    difference = float(np.abs(embeddings - golden).max())
    ok = cosine >= COSINE and difference <= DIFFERENCE
    print(
        f"  {'equal to' if ok else 'DIFFERS from'} the golden embeddings: "
        f"cosine {cosine:.7f}, largest difference {difference:.1e} ({seconds:.1f} s)"
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
