# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the hostile configs that are too large or too odd to stand in a test."""

import pathlib
import sys

FILES = {
    "deep": b'{"model_type": "gpt2", "x": ' + b"[" * 100_000,
    "many": b'{"x": [' + b"0," * 1_000_000 + b"0]}",
    "large": b'{"model_type": "gpt2"' + b" " * (2**24 - 21) + b"}",
    "bytes": b'{"model_type": "gpt2\xff"}',
    "long": b'{"x": "' + b"padding" * 50 + b'", "model_type": "gpt2", "vocab_size": 0}',
    # U+009B starts a control sequence on some terminals.
    "control": b'{"model_type": "a\xc2\x9bb\\nc"}',
}

for name, content in FILES.items():
    (pathlib.Path(sys.argv[1]) / f"{name}.json").write_bytes(content)
