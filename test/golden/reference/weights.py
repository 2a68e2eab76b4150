# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Safetensors files, and random values that are the same on every machine."""

import hashlib
import json
import struct

import numpy as np

#: Safetensors dtype of the storage formats that the generator writes.
STORAGE = {"F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8"}


def random_words(seed, count):
    """`count` 64-bit words of the SplitMix64 sequence started from `seed`.

    NumPy's own streams may change between releases; this one cannot. The seed
    is any string.
    """
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "little")
    with np.errstate(over="ignore"):
        z = np.uint64(start) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(
            0x9E3779B97F4A7C15
        )
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def random_uniform(seed, shape, deviation):
    """float32 values of mean zero and the given standard deviation."""
    words = random_words(seed, int(np.prod(shape)))
    centered = (words >> np.uint64(40)).astype(np.float64) / 2**23 - 1
    return (centered * (deviation * 3**0.5)).astype(np.float32).reshape(shape)


def random_integers(seed, shape, low, high):
    """int32 values in [low, high)."""
    words = random_words(seed, int(np.prod(shape)))
    return (
        (low + (words >> np.uint64(33)) % np.uint64(high - low))
        .astype("<i4")
        .reshape(shape)
    )


def to_storage(array, dtype):
    """float32 to the bits that a file of the given safetensors dtype holds."""
    if dtype == "BF16":
        bits = array.astype("<f4").view("<u4")
        nearest_even = np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))
        return ((bits + nearest_even) >> np.uint32(16)).astype("<u2")
    return array.astype(STORAGE[dtype])


def from_storage(bits, dtype):
    """Widens stored values, exactly, to float64 (integers stay integers)."""
    if dtype == "BF16":
        return (bits.astype("<u4") << np.uint32(16)).view("<f4").astype(np.float64)
    return bits if dtype == "I64" else bits.astype(np.float64)


def safetensors_bytes(tensors):
    """`tensors` maps a name to (dtype, stored array); returns the whole file."""
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, (dtype, array) in sorted(tensors.items()):
        end = offset + array.nbytes
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [offset, end],
        }
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    data = b"".join(array.tobytes() for _, (_, array) in sorted(tensors.items()))
    return struct.pack("<Q", len(text)) + text + data


def read_safetensors(path):
    """Maps each name of a file to (dtype, stored array)."""
    with open(path, "rb") as file:
        blob = file.read()
    (length,) = struct.unpack_from("<Q", blob)
    header = json.loads(blob[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        stored = np.frombuffer(blob[begin:end], STORAGE[entry["dtype"]])
        tensors[name] = (entry["dtype"], stored.reshape(entry["shape"]))
    return tensors
