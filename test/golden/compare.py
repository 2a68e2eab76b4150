#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the .npy results of a run with golden outputs.

usage: compare.py case NAME RESULTS [--tolerance=X]   logits, hidden, loss of tiny/NAME
       compare.py minilm RESULTS                      hidden.npy
       compare.py smollm2 RESULTS                     logits.npy

RESULTS is the folder that partita-run wrote. Prints the figures; the exit
status is 0 if they are within bounds, 1 if not, 2 for files that cannot be read.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent

CASE_TOLERANCE = 1e-4
EMBEDDING_COSINE = 0.99999
EMBEDDING_DIFFERENCE = 1e-4
LOGIT_RELATIVE_ERROR = 1e-3


class Unreadable(Exception):
    """A result that is missing, malformed or of the wrong shape."""


def load(path, shape=None):
    try:
        array = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: {error}") from error
    if shape is not None and array.shape != shape:
        raise Unreadable(f"{path}: expected shape {shape}, got {array.shape}")
    return array.astype(np.float64) if array.dtype.kind == "f" else array


def largest(differences):
    """The maximum, or infinity if anything is not a number."""
    return float(np.max(np.nan_to_num(np.abs(differences), nan=np.inf)))


def compare_case(name, results, tolerance):
    """Every golden output, to an absolute tolerance."""
    golden = sorted((ROOT / "tiny" / name / "golden").glob("*.npy"))
    if not golden:
        known = ", ".join(sorted(path.name for path in (ROOT / "tiny").iterdir()))
        raise Unreadable(f"unknown case '{name}', expected one of {known}")
    ok = True
    for path in golden:
        expected = load(path)
        difference = largest(load(results / path.name, expected.shape) - expected)
        ok &= difference <= tolerance
        print(
            f"{name} {path.stem}: max difference {difference:.2e}, bound {tolerance:.0e}"
        )
    return ok


def pooled(hidden, mask):
    """Sentence embeddings: mean over the mask, scaled to length one."""
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / np.linalg.norm(mean, axis=-1, keepdims=True)


def compare_minilm(results):
    folder = ROOT / "minilm"
    expected = load(folder / "golden" / "embeddings.npy")
    mask = load(folder / "inputs" / "attention_mask.npy")
    shape = load(folder / "golden" / "hidden.npy").shape
    actual = pooled(load(results / "hidden.npy", shape), mask)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        similarity = actual[i] @ actual[j]
        print(
            f"similarity of sentences {i} and {j}: {similarity:.4f} "
            f"(golden {expected[i] @ expected[j]:.4f})"
        )
    cosine = (actual * expected).sum(-1) / np.linalg.norm(expected, axis=-1)
    difference = largest(actual - expected)
    print(
        f"embeddings: cosine {cosine.min():.7f}, bound {EMBEDDING_COSINE}; "
        f"max difference {difference:.2e}, bound {EMBEDDING_DIFFERENCE:.0e}"
    )
    return bool(cosine.min() >= EMBEDDING_COSINE and difference <= EMBEDDING_DIFFERENCE)


def compare_smollm2(results):
    golden = {
        path.stem: load(path) for path in (ROOT / "smollm2" / "golden").glob("*.npy")
    }
    positions, vocabulary = golden["top_ids"].shape[0], 49152
    logits = load(results / "logits.npy", (1, positions, vocabulary))[0]

    agree = logits.argmax(-1) == golden["top_ids"][:, 0]
    sampled = np.concatenate([golden["column_logits"], golden["top_logits"]], axis=-1)
    actual = np.concatenate(
        [
            logits[:, golden["columns"]],
            np.take_along_axis(logits, golden["top_ids"], axis=-1),
        ],
        axis=-1,
    )
    errors = np.linalg.norm(actual - sampled, axis=-1) / np.linalg.norm(
        sampled, axis=-1
    )
    norms = np.linalg.norm(logits, axis=-1) / golden["norm"] - 1
    relative = max(largest(errors), largest(norms))
    print(f"argmax: agrees at {agree.sum()} of {agree.size} positions")
    print(
        f"logits: max relative error {relative:.2e}, bound {LOGIT_RELATIVE_ERROR:.0e}"
    )
    return bool(agree.all() and relative <= LOGIT_RELATIVE_ERROR)


def main():
    parser = argparse.ArgumentParser(
        description="Compare the .npy results of a run with golden outputs."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    case = commands.add_parser("case", help="a folder below tiny/")
    case.add_argument("name")
    case.add_argument("results", type=Path)
    case.add_argument("--tolerance", type=float, default=CASE_TOLERANCE)
    for name in ("minilm", "smollm2"):
        commands.add_parser(name).add_argument("results", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.command == "case":
            ok = compare_case(arguments.name, arguments.results, arguments.tolerance)
        elif arguments.command == "minilm":
            ok = compare_minilm(arguments.results)
        else:
            ok = compare_smollm2(arguments.results)
    except Unreadable as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not ok:
        print("error: the results differ from the golden outputs", file=sys.stderr)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
