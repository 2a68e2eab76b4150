#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times PyTorch on the SmolLM2-135M forward pass of 128 tokens, in f32.

usage: build/peers/bin/python bench/peers/pytorch_smollm2.py
           [--models=DIR] [--runs=N] [--threads=N]

The weights are those of the GGUF file, dequantized before the clock starts.
The logits of all positions are computed, and compared with the golden ones
before any time is taken. Prints one JSON object.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

REPOSITORY = Path(__file__).resolve().parents[2]
GOLDEN = REPOSITORY / "test" / "golden"
sys.path.insert(0, str(GOLDEN))

from reference import gguf, ops  # noqa: E402


class Llama:
    """A Llama forward pass in as few PyTorch calls as it takes."""

    def __init__(self, parameters, config, length):
        self.config = config
        self.p = {name: torch.from_numpy(v.copy()) for name, v in parameters.items()}
        head_dim = config["hidden_size"] // config["num_attention_heads"]
        frequencies = ops.rotary_frequencies(head_dim, config["rope_theta"])
        angle = np.outer(np.arange(length), np.concatenate([frequencies] * 2))
        self.cos = torch.from_numpy(np.cos(angle).astype(np.float32))
        self.sin = torch.from_numpy(np.sin(angle).astype(np.float32))

    def norm(self, x, name):
        scale = torch.rsqrt(
            x.square().mean(-1, keepdim=True) + self.config["rms_norm_eps"]
        )
        return x * scale * self.p[f"{name}.weight"]

    def linear(self, x, name):
        return F.linear(x, self.p[f"{name}.weight"])

    def rotate(self, x):
        first, second = x.chunk(2, dim=-1)
        return x * self.cos + torch.cat([-second, first], dim=-1) * self.sin

    def attention(self, x, name):
        heads, kv_heads = (
            self.config[f"num_{kind}_heads"] for kind in ("attention", "key_value")
        )
        b, s, _ = x.shape
        q, k, v = (
            self.linear(x, f"{name}.{part}_proj").view(b, s, n, -1).transpose(1, 2)
            for part, n in (("q", heads), ("k", kv_heads), ("v", kv_heads))
        )
        k = self.rotate(k).repeat_interleave(heads // kv_heads, dim=1)
        v = v.repeat_interleave(heads // kv_heads, dim=1)
        context = F.scaled_dot_product_attention(self.rotate(q), k, v, is_causal=True)
        return self.linear(context.transpose(1, 2).reshape(b, s, -1), f"{name}.o_proj")

    def logits(self, ids):
        x = F.embedding(ids, self.p["model.embed_tokens.weight"])
        for i in range(self.config["num_hidden_layers"]):
            name = f"model.layers.{i}"
            x = x + self.attention(
                self.norm(x, f"{name}.input_layernorm"), f"{name}.self_attn"
            )
            h = self.norm(x, f"{name}.post_attention_layernorm")
            gate = F.silu(self.linear(h, f"{name}.mlp.gate_proj"))
            x = x + self.linear(
                gate * self.linear(h, f"{name}.mlp.up_proj"), f"{name}.mlp.down_proj"
            )
        return F.linear(self.norm(x, "model.norm"), self.p["model.embed_tokens.weight"])


def load(folder, length):
    config = json.loads((folder / "config.json").read_text())
    _, tensors = gguf.read(next(folder.glob("*.gguf")))
    return Llama(gguf.to_hugging_face(tensors, config), config, length)


def main():
    parser = argparse.ArgumentParser(
        description="Time PyTorch on the SmolLM2-135M forward pass of 128 tokens, in f32."
    )
    parser.add_argument(
        "--models",
        type=Path,
        default=REPOSITORY / "build" / "models",
        help="the folder that utils/fetch-models.sh filled",
    )
    parser.add_argument("--runs", type=int, default=10, help="timed runs (default: 10)")
    parser.add_argument("--threads", type=int, default=1, help="threads (default: 1)")
    arguments = parser.parse_args()
    folder = arguments.models / "smollm2-135m"
    if not folder.is_dir():
        parser.error(f"{folder}: no such folder; run utils/fetch-models.sh")
    torch.set_num_threads(arguments.threads)

    ids = torch.from_numpy(np.load(GOLDEN / "smollm2" / "inputs" / "ids.npy")).long()
    model = load(folder, ids.shape[1])
    with torch.inference_mode():
        logits = model.logits(ids)[0]  # warms up, too
        expected = np.load(GOLDEN / "smollm2" / "golden" / "top_ids.npy")[:, 0]
        if not np.array_equal(logits.argmax(-1).numpy(), expected):
            sys.exit("error: the logits differ from the golden ones")
        seconds = []
        for _ in range(arguments.runs):
            start = time.perf_counter()
            model.logits(ids)
            seconds.append(time.perf_counter() - start)

    print(
        json.dumps(
            {
                "peer": "pytorch",
                "version": torch.__version__,
                "model": "smollm2-135m",
                "tokens": ids.shape[1],
                "dtype": "f32",
                "threads": arguments.threads,
                "runs": arguments.runs,
                "median_seconds": statistics.median(seconds),
                "min_seconds": min(seconds),
            }
        )
    )


if __name__ == "__main__":
    main()
