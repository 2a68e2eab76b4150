#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the seed corpus of each fuzz target: small files that its reader accepts.

usage: make-seeds.py DIR

DIR/TARGET/NAME is written for each seed. The files are the same on every run.
"""
import json
import os
import pathlib
import struct
import sys

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"


def npy(descr, shape, data, order=False, version=1):
    header = repr({"descr": descr, "fortran_order": order, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY" + struct.pack("<BB", version, 0) + struct.pack(
        "<H" if version == 1 else "<I", len(header)) + header + data


def safetensors(tensors, metadata=None):
    """`tensors` maps a name to (dtype, shape, bytes)."""
    header = {"__metadata__": metadata} if metadata else {}
    data = b""
    for name, (dtype, shape, part) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def gguf_string(text):
    return struct.pack("<Q", len(text)) + text.encode()


# The number of a metadata type, and how its values are packed.
GGUF_TYPES = {"u8": (0, "<B"), "u32": (4, "<I"), "i32": (5, "<i"), "f32": (6, "<f"),
              "bool": (7, "<B"), "u64": (10, "<Q"), "f64": (12, "<d")}


def gguf_value(kind, value):
    """The type's number and the value's bytes."""
    if kind == "string":
        return 8, gguf_string(value)
    if kind == "array":
        packed = [gguf_value(*element) for element in value]
        number = packed[0][0] if packed else 4
        return 9, struct.pack("<IQ", number, len(packed)) + b"".join(part for _, part in packed)
    number, form = GGUF_TYPES[kind]
    return number, struct.pack(form, value)


def gguf(metadata, tensors, alignment=32, version=3):
    """`metadata` maps a key to (kind, value), `tensors` a name to (dims, type, bytes)."""
    def pad(data):
        return data + bytes(-len(data) % alignment)

    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    for key, (kind, value) in metadata.items():
        number, packed = gguf_value(kind, value)
        head += gguf_string(key) + struct.pack("<I", number) + packed
    data = b""
    for name, (dims, number, part) in tensors.items():
        data = pad(data)
        head += gguf_string(name) + struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, number,
                                                len(data))
        data += part
    return pad(head) + data


def seeds():
    floats = struct.pack("<6f", 0, 1, -2, 0.5, 1e30, float("nan"))
    yield "npy", "f4", npy("<f4", (2, 3), floats)
    yield "npy", "fortran", npy("<f4", (2, 3), floats, order=True)
    yield "npy", "scalar", npy("<i8", (), bytes(8))
    yield "npy", "bool", npy("|b1", (3,), b"\1\0\1")
    yield "npy", "empty", npy("<f2", (0, 4), b"", version=2)
    yield "npy", "deep", npy("|i1", (1, 1, 2, 1, 2), bytes(range(4)), order=True, version=3)

    for case in sorted((GOLDEN / "tiny").iterdir()):
        yield "config", case.name, (case / "config.json").read_bytes()

    yield "json", "llama", json.dumps({
        "architectures": ["LlamaForCausalLM"], "hidden_size": 576, "rms_norm_eps": 1e-05,
        "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "rope_theta": 100000,
        "tie_word_embeddings": True, "sliding_window": None}).encode()
    yield "json", "array", b'[1, -2.5e-3, "\\u00e9\\n\\ud83d\\ude00", [], {}, [[[]]]]'
    yield "json", "numbers", b"[9223372036854775807, 18446744073709551615, -1, 1e308, 0.1]"
    yield "json", "index", b'{"metadata": {"total_size": 8}, "weight_map": {"a": "m-1.safetensors"}}'

    yield "safetensors", "two", safetensors(
        {"h.0.attn.weight": ("F32", [2, 3], floats), "ids": ("I64", [1], bytes(8))},
        {"format": "pt"})
    yield "safetensors", "types", safetensors(
        {"a": ("F64", [], bytes(8)), "b": ("BF16", [2], bytes(4)), "c": ("F16", [1, 2], bytes(4)),
         "d": ("I32", [1], bytes(4)), "e": ("BOOL", [3], b"\0\1\1"), "f": ("I8", [1], b"\7"),
         "g": ("U8", [2], b"ab"), "h": ("F32", [0, 5], b"")})
    yield "safetensors", "none", safetensors({})

    llama = {"general.architecture": ("string", "llama"),
             "llama.attention.head_count": ("u32", 2), "llama.attention.head_count_kv": ("u32", 1),
             "llama.rope.freq_base": ("f32", 1e4)}
    yield "gguf", "llama", gguf(llama, {
        "token_embd.weight": ((4, 2), 0, bytes(32)), "blk.0.attn_q.weight": ((1, 8), 24, b"abcdefgh"),
        "blk.0.attn_k.bias": ((4,), 1, bytes(8)), "blk.0.attn_v.weight": ((2, 2), 30, bytes(8))})
    blocks = {"q4_0": (32, 2, 18), "q4_1": (32, 3, 20), "q5_0": (32, 6, 22), "q5_1": (32, 7, 24),
              "q8_0": (32, 8, 34), "q4_k": (256, 12, 144), "q5_k": (256, 13, 176),
              "q6_k": (256, 14, 210), "q2_k": (256, 10, 84)}
    for name, (elements, number, size) in blocks.items():
        yield "gguf", name, gguf({}, {name: ((elements, 2), number, bytes(range(size)) * 2)})
    yield "gguf", "rows", gguf(llama, {"blk.1.attn_q.weight": ((32, 4), 8, bytes(range(136)))})
    yield "gguf", "metadata", gguf({
        "general.alignment": ("u32", 8), "a": ("bool", 1), "b": ("f64", 0.5), "c": ("i32", -1),
        "tokenizer.ggml.tokens": ("array", [("string", "<s>"), ("string", ""), ("string", "x")]),
        "d": ("array", [("array", [("u8", 1), ("u8", 2)]), ("array", [])]),
        "e": ("array", []), "split.count": ("u64", 1)}, {"x": ((), 0, bytes(4))}, alignment=8,
        version=2)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    for target, name, content in seeds():
        folder = os.path.join(sys.argv[1], target)
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
