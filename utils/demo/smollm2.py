#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Continues a prompt greedily with SmolLM2-135M and compares with the golden continuation.

The graph has a fixed length, so each run is one over the whole text. The model is causal: what stands
where nothing is known yet does not change what comes before it.
"""

import sys
import time

import numpy as np

from common import GOLDEN, Model, argument_parser

# What test/golden/smollm2/inputs/prompt.npy and golden/continuation.npy say.
PROMPT = "The three primary colors are"
CONTINUATION = (
    " the primary colors of the RGB color model: red, blue, and green. "
    "These colors are fundamental to the RGB color"
)


def continue_greedily(predict, prompt, count):
    """Yields `count` ids after `prompt`, each the most likely one after all before it.

    `predict` maps the ids of the whole text to the most likely next id at each position.
    """
    ids = np.zeros(len(prompt) + count, np.int32)
    ids[: len(prompt)] = prompt
    for known in range(len(prompt), len(ids)):
        ids[known] = predict(ids)[known - 1]
        yield int(ids[known])


def main():
    parser = argument_parser(__doc__.splitlines()[0])
    parser.add_argument(
        "--tokens", type=int, help="how many to add (default: as many as are golden)"
    )
    arguments = parser.parse_args()
    prompt = np.load(GOLDEN / "smollm2" / "inputs" / "prompt.npy")[0]
    golden = np.load(GOLDEN / "smollm2" / "golden" / "continuation.npy")[0].tolist()
    golden = golden[: arguments.tokens]

    start = time.perf_counter()
    model = Model(
        arguments.bin,
        arguments.models / "smollm2-135m",
        1,
        len(prompt) + len(golden),
        "--import-dtype=f32",
    )

    def predict(ids):
        return model.run("logits", ids=ids[None])[0].argmax(-1)

    print(f"  prompt        {' '.join(map(str, prompt))}")
    print("  continuation ", end="", flush=True)
    ids = []
    for following in continue_greedily(predict, prompt, len(golden)):
        ids.append(following)
        print("", following, end="", flush=True)
    seconds = time.perf_counter() - start

    ok = ids == golden
    print()
    if not ok:
        print(f"  expected      {' '.join(map(str, golden))}")
    elif arguments.tokens is None:
        print(f"  in words      {PROMPT}{CONTINUATION}")
    print(
        f"  {'equal to' if ok else 'DIFFERS from'} the golden continuation "
        f"({len(ids)} tokens, {seconds:.1f} s)"
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
