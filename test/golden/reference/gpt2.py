# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GPT-2: learned positions, LayerNorm before each sublayer, tied output."""

import math

import numpy as np

from . import ops


def conv1d(x, p, name):
    """GPT-2 keeps weights as [in, out], unlike torch.nn.Linear."""
    return x @ p[f"{name}.weight"] + p[f"{name}.bias"]


def norm(x, p, name, config):
    return ops.layer_norm(
        x, p[f"{name}.weight"], p[f"{name}.bias"], config["layer_norm_epsilon"]
    )


def block(x, p, name, config):
    heads = config["n_head"]
    qkv = conv1d(norm(x, p, f"{name}.ln_1", config), p, f"{name}.attn.c_attn")
    q, k, v = (ops.split_heads(part, heads) for part in np.split(qkv, 3, axis=-1))
    context = ops.attention(q, k, v, scale=1 / math.sqrt(q.shape[-1]), causal=True)
    x = x + conv1d(ops.merge_heads(context), p, f"{name}.attn.c_proj")

    activation = ops.ACTIVATIONS[config["activation_function"]]
    hidden = activation(
        conv1d(norm(x, p, f"{name}.ln_2", config), p, f"{name}.mlp.c_fc")
    )
    return x + conv1d(hidden, p, f"{name}.mlp.c_proj")


def logits(p, config, ids):
    """ids [B, S] to logits [B, S, V]."""
    x = p["wte.weight"][ids] + p["wpe.weight"][: ids.shape[1]]
    for layer in range(config["n_layer"]):
        x = block(x, p, f"h.{layer}", config)
    return ops.linear(norm(x, p, "ln_f", config), p["wte.weight"])


def run(p, config, inputs):
    p = {name.removeprefix("transformer."): value for name, value in p.items()}
    y = logits(p, config, inputs["ids"])
    return {"logits": y, "loss": ops.next_token_loss(y, inputs["labels"])}
