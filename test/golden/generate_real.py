#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the inputs and golden outputs of the two real models.

usage: generate_real.py [--check] [--models=DIR]

DIR is the folder that utils/fetch-models.sh filled (default: build/models).
With --check nothing is written; inputs must agree bit for bit, outputs to 1e-5.
The SmolLM2 pass runs in float64 over the dequantized weights, and takes about
half a minute.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from reference import bert, gguf, llama, ops, text, weights

ROOT = Path(__file__).resolve().parent
OUTPUT_TOLERANCE = 1e-5

SENTENCES = [
    "The cat sleeps on the warm windowsill.",
    "A kitten is napping by the sunny window.",
    "The committee postponed its vote on the new budget.",
]

PARAGRAPH = (
    "A score is a plan for many hands. The conductor reads every line at once, but each "
    "player sees only one part: the notes to play, the bars to rest, and the moments where "
    "all must meet. When the violins hold a long tone, the basses may already count toward "
    "the next entry. A good part says exactly when to start, what to listen for, and where "
    "silence is the right answer. In a hall with 24 desks nobody can ask a neighbour what "
    "comes next, so every question has to be settled on paper before the first rehearsal. "
    "That is slow work for one evening, and it saves a hundred evenings later."
)
SEQUENCE = 128
PROMPT = "The three primary colors are"
CONTINUATION = 24
TOP = 8
COLUMNS = 64


def load_minilm(folder):
    parameters = {
        name: weights.from_storage(bits, dtype)
        for name, (dtype, bits) in weights.read_safetensors(
            folder / "model.safetensors"
        ).items()
    }
    return parameters, json.loads((folder / "config.json").read_text())


def load_smollm2(folder):
    config = json.loads((folder / "config.json").read_text())
    metadata, tensors = gguf.read(next(folder.glob("*.gguf")))
    parameters = {
        name: values.astype(np.float64)
        for name, values in gguf.to_hugging_face(tensors, config).items()
    }
    return parameters, config, metadata


def minilm_inputs(vocabulary):
    """The sentences side by side, padded with id 0, which the mask hides."""
    rows = [text.word_piece(sentence, vocabulary) for sentence in SENTENCES]
    shape = (len(rows), max(map(len, rows)))
    ids, mask = np.zeros(shape, "<i4"), np.zeros(shape, bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)], mask[i, : len(row)] = row, True
    return {
        "ids": ids,
        "attention_mask": mask,
        "token_type_ids": np.zeros(shape, "<i4"),
    }


def sentence_embeddings(hidden, mask):
    """Mean over the positions of each sentence, scaled to length one."""
    kept = mask[:, :, None]
    mean = (hidden * kept).sum(1) / kept.sum(1)
    return mean / np.linalg.norm(mean, axis=-1, keepdims=True)


def minilm_files(folder):
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    parameters, config = load_minilm(folder)
    inputs = minilm_inputs(vocabulary)
    hidden = bert.run(parameters, config, inputs)["hidden"]
    return {
        **{f"inputs/{name}": value for name, value in inputs.items()},
        "golden/hidden": hidden,
        "golden/embeddings": sentence_embeddings(hidden, inputs["attention_mask"]),
    }


def logit_samples(logits):
    """What stands for [S, V] logits in a small file; see README.md."""
    top = np.argsort(-logits, axis=-1, kind="stable")[:, :TOP]
    columns = weights.random_integers(
        "smollm2/columns", (COLUMNS,), 0, logits.shape[-1]
    )
    columns = np.sort(columns)
    return {
        "golden/top_ids": top.astype("<i4"),
        "golden/top_logits": np.take_along_axis(logits, top, axis=-1),
        "golden/columns": columns,
        "golden/column_logits": logits[:, columns],
        "golden/log_sum_exp": ops.log_sum_exp(logits),
        "golden/norm": np.linalg.norm(logits, axis=-1),
    }


def greedy(parameters, config, prompt, count):
    """The `count` ids that follow, each the argmax after all before it."""
    ids = list(prompt)
    for _ in range(count):
        ids.append(
            int(llama.logits(parameters, config, np.array([ids]))[0, -1].argmax())
        )
    return ids[len(prompt) :]


def smollm2_files(folder):
    parameters, config, metadata = load_smollm2(folder)
    tokenizer = text.BytePairs(metadata)
    ids = np.array([tokenizer.encode(PARAGRAPH)[:SEQUENCE]], "<i4")
    assert ids.shape == (1, SEQUENCE), "the paragraph is too short"
    prompt = tokenizer.encode(PROMPT)
    continuation = greedy(parameters, config, prompt, CONTINUATION)
    return {
        "inputs/ids": ids,
        "inputs/prompt": np.array([prompt], "<i4"),
        **logit_samples(llama.logits(parameters, config, ids)[0]),
        "golden/continuation": np.array([continuation], "<i4"),
    }


def stored(value):
    return value.astype("<f4") if value.dtype == np.float64 else value


def same(path, expected, actual):
    if expected.shape != actual.shape or expected.dtype != actual.dtype:
        return False
    if expected.dtype.kind == "f":
        return np.allclose(
            expected, actual, rtol=OUTPUT_TOLERANCE, atol=OUTPUT_TOLERANCE
        )
    return np.array_equal(expected, actual)


def main():
    parser = argparse.ArgumentParser(
        description="Write the inputs and golden outputs of the two real models."
    )
    parser.add_argument(
        "--check", action="store_true", help="compare with what is there, write nothing"
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=ROOT.parents[1] / "build" / "models",
        help="the folder that utils/fetch-models.sh filled",
    )
    arguments = parser.parse_args()
    if not arguments.models.is_dir():
        parser.error(f"{arguments.models}: no such folder; run utils/fetch-models.sh")
    failures = 0
    for name, make, model in (
        ("minilm", minilm_files, "all-minilm-l6-v2"),
        ("smollm2", smollm2_files, "smollm2-135m"),
    ):
        for path, value in make(arguments.models / model).items():
            target = (ROOT / name / path).with_suffix(".npy")
            if not arguments.check:
                target.parent.mkdir(parents=True, exist_ok=True)
                np.save(target, stored(value))
            elif not target.exists() or not same(path, stored(value), np.load(target)):
                print(f"error: {name}/{path}.npy: missing or differs", file=sys.stderr)
                failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
