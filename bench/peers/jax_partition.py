#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Partitions a Llama decoder with JAX over virtual CPU devices, and counts what it moves.

usage: build/peers/bin/python bench/peers/jax_partition.py CONFIG.json
           [--mesh=data=2,tensor=4] [--layers=N] [--batch=N] [--seq=N]
           [--partitioner=shardy|gspmd] [--sequence-parallel] [--zero] [--hlo=FILE]

The decoder is written as usual, and sharded as usual: Megatron's splits on the parameters, the batch on
the inputs; with --zero parameters are split over the data axis as well, with --sequence-parallel the
residual stream is constrained to be split over tokens. What is in the compiled program of one device is
counted: collectives by kind, and the bytes that a device receives in them, by the same formulas as
Partita's report. Prints one JSON object.
"""
import argparse
import json
import os
import re
import time
from collections import Counter
from pathlib import Path


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("config", type=Path)
    parser.add_argument("--mesh", default="data=2,tensor=4")
    parser.add_argument("--layers", type=int)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--seq", type=int, default=128)
    parser.add_argument("--partitioner", choices=("shardy", "gspmd"), default="shardy")
    parser.add_argument("--sequence-parallel", action="store_true")
    parser.add_argument("--zero", action="store_true")
    parser.add_argument("--hlo", type=Path, help="write the compiled program there")
    return parser.parse_args()


ARGUMENTS = parse_arguments()
MESH = {name: int(size) for name, size in (axis.split("=") for axis in ARGUMENTS.mesh.split(","))}
DEVICES = 1
for size in MESH.values():
    DEVICES *= size
# Before JAX looks at the machine.
os.environ["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={DEVICES}"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
from jax.sharding import NamedSharding, PartitionSpec as P  # noqa: E402


class Decoder:
    """Llama, with the parameters as a flat dictionary of PyTorch's shapes."""

    def __init__(self, config, constrain):
        self.config = config
        self.constrain = constrain
        self.heads = config["num_attention_heads"]
        self.kv_heads = config.get("num_key_value_heads", self.heads)
        self.width = config["hidden_size"]
        self.head_dim = config.get("head_dim") or self.width // self.heads

    def parameters(self):
        """The shape and the spec of each parameter."""
        width, inner = self.width, self.config["intermediate_size"]
        tensor = "tensor" if "tensor" in MESH else None
        data = "data" if ARGUMENTS.zero else None
        columns, rows, whole = P(tensor, data), P(data, tensor), P(data)
        result = {"embed": ((self.config["vocab_size"], width), columns)}
        for i in range(self.config["num_hidden_layers"]):
            result |= {
                f"{i}.norm1": ((width,), whole),
                f"{i}.q": ((self.heads * self.head_dim, width), columns),
                f"{i}.k": ((self.kv_heads * self.head_dim, width), columns),
                f"{i}.v": ((self.kv_heads * self.head_dim, width), columns),
                f"{i}.o": ((width, self.heads * self.head_dim), rows),
                f"{i}.norm2": ((width,), whole),
                f"{i}.gate": ((inner, width), columns),
                f"{i}.up": ((inner, width), columns),
                f"{i}.down": ((width, inner), rows),
            }
        result["norm"] = ((width,), whole)
        if not self.config.get("tie_word_embeddings"):
            result["head"] = ((self.config["vocab_size"], width), columns)
        return result

    def norm(self, x, weight):
        wide = x.astype(jnp.float32)
        scale = jax.lax.rsqrt(jnp.mean(wide * wide, -1, keepdims=True) + 1e-5)
        return (wide * scale).astype(x.dtype) * weight

    def rotate(self, x):
        half = self.head_dim // 2
        frequencies = self.config.get("rope_theta", 1e4) ** (-jnp.arange(half) / half)
        angles = jnp.arange(x.shape[1])[:, None] * frequencies
        cos, sin = jnp.cos(angles)[:, None].astype(x.dtype), jnp.sin(angles)[:, None].astype(x.dtype)
        a, b = jnp.split(x, 2, -1)
        return jnp.concatenate([a * cos - b * sin, b * cos + a * sin], -1)

    def attention(self, x, p, i):
        batch, length, _ = x.shape
        q = (x @ p[f"{i}.q"].T).reshape(batch, length, self.heads, self.head_dim)
        k = (x @ p[f"{i}.k"].T).reshape(batch, length, self.kv_heads, self.head_dim)
        v = (x @ p[f"{i}.v"].T).reshape(batch, length, self.kv_heads, self.head_dim)
        q, k = self.rotate(q), self.rotate(k)
        q = q.reshape(batch, length, self.kv_heads, self.heads // self.kv_heads, self.head_dim)
        scores = jnp.einsum("bqhgd,bkhd->bhgqk", q, k).astype(jnp.float32) * self.head_dim**-0.5
        causal = jnp.arange(length)[:, None] >= jnp.arange(length)
        weights = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf), -1).astype(x.dtype)
        mixed = jnp.einsum("bhgqk,bkhd->bqhgd", weights, v)
        return mixed.reshape(batch, length, -1) @ p[f"{i}.o"].T

    def __call__(self, p, ids):
        x = self.constrain(p["embed"][ids])
        for i in range(self.config["num_hidden_layers"]):
            x = self.constrain(x + self.attention(self.norm(x, p[f"{i}.norm1"]), p, i))
            y = self.norm(x, p[f"{i}.norm2"])
            gated = jax.nn.silu(y @ p[f"{i}.gate"].T) * (y @ p[f"{i}.up"].T)
            x = self.constrain(x + gated @ p[f"{i}.down"].T)
        return self.norm(x, p["norm"]) @ p.get("head", p["embed"]).T


BYTES = {"pred": 1, "s8": 1, "bf16": 2, "f16": 2, "s32": 4, "u32": 4, "f32": 4, "s64": 8, "f64": 8}
SHAPE = re.compile(r"\b(pred|s8|u8|bf16|f16|s32|u32|f32|s64|f64)\[([\d,]*)\]")
COLLECTIVE = re.compile(
    r"(?P<name>%\S+) = (?P<type>.*?) "
    r"(?P<kind>all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute)"
    r"(?:-start)?\((?P<rest>.*)"
)


def size_of(text):
    total = 0
    for kind, dims in SHAPE.findall(text):
        elements = 1
        for dim in filter(None, dims.split(",")):
            elements *= int(dim)
        total += elements * BYTES[kind]
    return total


def group_size(rest):
    match = re.search(r"replica_groups=\{\{([\d,]*)\}", rest)
    if match:
        return match.group(1).count(",") + 1
    match = re.search(r"replica_groups=\[(\d+),(\d+)\]", rest)
    if match:
        return int(match.group(2))
    # mesh['a'=2,'b'=4] ... {'b'}
    match = re.search(r"replica_groups=mesh\[([^\]]*)\][^{]*\{([^}]*)\}", rest)
    if not match:
        return DEVICES
    sizes = dict(axis.split("=") for axis in match.group(1).split(","))
    n = 1
    for axis in match.group(2).split(","):
        n *= int(sizes[axis.strip()])
    return n


def count_collectives(hlo):
    """By kind how many there are, and the bytes that a device receives in all.

    The result is what the formulas are in: of n devices, an all-reduce of R bytes receives 2 R (n-1)/n,
    an all-gather R (n-1)/n, a reduce-scatter R (n-1), an all-to-all R (n-1)/n, a permute R.
    """
    counts, received = Counter(), 0
    for line in hlo.splitlines():
        match = COLLECTIVE.search(line)
        if not match:
            continue
        kind, n, size = match["kind"], group_size(match["rest"]), size_of(match["type"])
        # XLA forms reduce-scatters on accelerators only; here they stand as two ops.
        uses = re.findall(rf"^ *(\S+) = .*{re.escape(match['name'])}[,)].*$", hlo, re.M)
        if kind == "all-reduce" and len(uses) == 1 and "dynamic-slice" in uses[0]:
            kind, size = "reduce-scatter", size // n
        counts[kind.replace("collective-", "").replace("-", "_")] += 1
        received += {
            "all-reduce": 2 * size * (n - 1) / n,
            "all-gather": size * (n - 1) / n,
            "reduce-scatter": size * (n - 1),
            "all-to-all": size * (n - 1) / n,
            "collective-permute": size,
        }[kind]
    return dict(counts), received


def main():
    config = json.loads(ARGUMENTS.config.read_text())
    if ARGUMENTS.layers:
        config["num_hidden_layers"] = ARGUMENTS.layers
    jax.config.update("jax_use_shardy_partitioner", ARGUMENTS.partitioner == "shardy")
    automatic = (jax.sharding.AxisType.Auto,) * len(MESH)
    mesh = jax.make_mesh(tuple(MESH.values()), tuple(MESH), axis_types=automatic)
    batch_axis = "data" if "data" in MESH else None
    stream = NamedSharding(mesh, P(batch_axis, "tensor" if ARGUMENTS.sequence_parallel else None))
    constrain = (
        (lambda x: jax.lax.with_sharding_constraint(x, stream))
        if ARGUMENTS.sequence_parallel
        else (lambda x: x)
    )
    decoder = Decoder(config, constrain)
    parameters = {
        name: jax.ShapeDtypeStruct(shape, jnp.float32, sharding=NamedSharding(mesh, spec))
        for name, (shape, spec) in decoder.parameters().items()
    }
    ids = jax.ShapeDtypeStruct(
        (ARGUMENTS.batch, ARGUMENTS.seq), jnp.int32, sharding=NamedSharding(mesh, P(batch_axis))
    )
    start = time.perf_counter()
    lowered = jax.jit(decoder).lower(parameters, ids)
    lower_seconds = time.perf_counter() - start
    compiled = lowered.compile()
    seconds = time.perf_counter() - start
    hlo = compiled.as_text()
    if ARGUMENTS.hlo:
        ARGUMENTS.hlo.write_text(hlo)
    counts, received = count_collectives(hlo)
    print(
        json.dumps(
            {
                "jax": jax.__version__,
                "partitioner": ARGUMENTS.partitioner,
                "lower_seconds": lower_seconds,
                "seconds": seconds,
                "collectives": counts,
                "received_bytes_per_device": received,
            }
        )
    )


if __name__ == "__main__":
    main()
