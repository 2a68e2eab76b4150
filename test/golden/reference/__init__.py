# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transformer forward passes in plain NumPy: the oracle of Partita's numerics.

Nothing here is shared with, or derived from, the C++ sources. Every function
computes in float64, takes parameters under their Hugging Face tensor names and
follows Hugging Face semantics. `crosscheck.py` compares the result with the
`transformers` package.
"""
