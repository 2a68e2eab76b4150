#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the tiny models with inputs and golden outputs, and the GGUF block samples.

usage: generate.py [--check]

With --check nothing is written: everything is made again in memory and
compared with the files. Models and inputs must agree bit for bit, outputs to
1e-6, since the order of float sums is up to NumPy's BLAS.
"""

import argparse
import io
import json
import sys
from pathlib import Path

import numpy as np

from cases import CASES
from reference import gguf, weights

ROOT = Path(__file__).resolve().parent
OUTPUT_TOLERANCE = 1e-6


def npy_bytes(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def json_bytes(value):
    return (json.dumps(value, indent=2) + "\n").encode()


def buffer_value(kind, shape):
    if kind == "causal":
        return np.tri(shape[-1], dtype=np.float32).reshape(shape)
    return np.arange(shape[-1]).reshape(shape)  # "positions"


def safetensors_checkpoint(case):
    """Files of the checkpoint, and the widened parameters that they hold."""
    tensors = {
        name: (case.storage, weights.to_storage(value, case.storage))
        for name, value in case.parameters().items()
    }
    for name, (dtype, kind, shape) in case.buffers.items():
        tensors[name] = (dtype, weights.to_storage(buffer_value(kind, shape), dtype))
    widened = {
        name: weights.from_storage(bits, dtype)
        for name, (dtype, bits) in tensors.items()
    }
    if case.shards == 1:
        return {"model.safetensors": weights.safetensors_bytes(tensors)}, widened
    return sharded_files(tensors, case.shards), widened


def sharded_files(tensors, shards):
    files, index = {}, {}
    names = sorted(tensors)
    for i in range(shards):
        file = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        part = names[i::shards]  # neighbours part, so that a layer spans all files
        index |= dict.fromkeys(part, file)
        files[file] = weights.safetensors_bytes({name: tensors[name] for name in part})
    total = sum(bits.nbytes for _, bits in tensors.values())
    files["model.safetensors.index.json"] = json_bytes(
        {"metadata": {"total_size": total}, "weight_map": dict(sorted(index.items()))}
    )
    return files


def gguf_checkpoint(case):
    """As `safetensors_checkpoint`, for Llama in one GGUF file."""
    config = case.config
    tensors = gguf.from_hugging_face(case.parameters(), config)
    metadata = {
        "general.architecture": "llama",
        "general.name": case.name,
        "llama.block_count": config["num_hidden_layers"],
        "llama.context_length": config["max_position_embeddings"],
        "llama.embedding_length": config["hidden_size"],
        "llama.feed_forward_length": config["intermediate_size"],
        "llama.attention.head_count": config["num_attention_heads"],
        "llama.attention.head_count_kv": config["num_key_value_heads"],
        "llama.attention.layer_norm_rms_epsilon": config["rms_norm_eps"],
        "llama.rope.freq_base": config["rope_theta"],
        "llama.vocab_size": config["vocab_size"],
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.tokens": [f"token {i}" for i in range(config["vocab_size"])],
    }
    widened = {
        name: value.astype(np.float64)
        for name, value in gguf.to_hugging_face(tensors, config).items()
    }
    return {"model.gguf": gguf.gguf_bytes(metadata, tensors)}, widened


def case_files(case):
    """Every file of a case: path below its folder to content."""
    checkpoint = gguf_checkpoint if case.storage == "GGUF" else safetensors_checkpoint
    files, parameters = checkpoint(case)
    files["config.json"] = json_bytes(case.config)
    files["case.json"] = json_bytes(case.manifest())
    inputs = case.inputs()
    for name, value in inputs.items():
        files[f"inputs/{name}.npy"] = npy_bytes(value)
    for name, value in case.run(parameters, inputs).items():
        assert np.isfinite(value).all(), f"{case.name}: {name} is not finite"
        files[f"golden/{name}.npy"] = npy_bytes(np.asarray(value, dtype="<f4"))
    return files


def block_sample(kind):
    """Three rows of two blocks, or of 64 values, with random bits and sane scales."""
    _, block, size = gguf.TYPES[kind]
    count = 6 if block > 1 else 192
    shape = (3, count * block // 3)
    if block == 1:
        values = weights.random_uniform(f"gguf/{kind}", shape, 1)
        return gguf.Tensor(kind, shape, weights.to_storage(values, kind).tobytes())
    blocks = weights.random_words(f"gguf/{kind}", count * size).astype(np.uint8)
    blocks = blocks.reshape(count, size)
    halves = {"Q4_0": [0], "Q4_1": [0, 2], "Q8_0": [0], "Q6_K": [208]}
    for offset in halves[kind]:
        scale = weights.random_uniform(f"gguf/{kind}/{offset}", (count, 1), 0.1)
        blocks[:, offset : offset + 2] = scale.astype("<f2").view(np.uint8)
    return gguf.Tensor(kind, shape, blocks.tobytes())


def block_files():
    """One GGUF file with a tensor of each type, and the values of each."""
    tensors = {kind.lower(): block_sample(kind) for kind in gguf.TYPES}
    metadata = {"general.architecture": "llama"}
    files = {"blocks.gguf": gguf.gguf_bytes(metadata, tensors)}
    for name, tensor in tensors.items():
        files[f"golden/{name}.npy"] = npy_bytes(tensor.values())
    return files


def all_files():
    """Every file that this script answers for: path below here to content."""
    files = {f"gguf/{path}": content for path, content in block_files().items()}
    for case in CASES:
        files |= {f"tiny/{case.name}/{path}": c for path, c in case_files(case).items()}
    return files


def same(path, expected, actual):
    if expected == actual:
        return True
    if not path.startswith("tiny/") or "/golden/" not in path:
        return False
    a, b = (np.load(io.BytesIO(blob)) for blob in (expected, actual))
    return a.shape == b.shape and np.allclose(
        a, b, rtol=OUTPUT_TOLERANCE, atol=OUTPUT_TOLERANCE
    )


def problems(expected):
    """What differs between the folders and what they should hold."""
    present = {
        str(path.relative_to(ROOT))
        for folder in ("gguf", "tiny")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    for path in sorted(present - expected.keys()):
        yield f"{path}: not made by this script"
    for path, content in sorted(expected.items()):
        if path not in present:
            yield f"{path}: missing"
        elif not same(path, content, (ROOT / path).read_bytes()):
            yield f"{path}: differs"


def main():
    parser = argparse.ArgumentParser(
        description="Write the tiny models with inputs and golden outputs, "
        "and the GGUF block samples."
    )
    parser.add_argument(
        "--check", action="store_true", help="compare with what is there, write nothing"
    )
    check = parser.parse_args().check
    files = all_files()
    if not check:
        for path, content in files.items():
            (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / path).write_bytes(content)
        return 0
    found = list(problems(files))
    for problem in found:
        print(f"error: {problem}; rerun test/golden/generate.py", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
