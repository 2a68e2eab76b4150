# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Llama and, by its expert layer, Mixtral: rotary positions, RMSNorm, gated SiLU."""

import math

import numpy as np

from . import ops


def self_attention(x, p, name, config):
    heads = config["num_attention_heads"]
    kv_heads = config.get("num_key_value_heads", heads)
    q, k, v = (
        ops.split_heads(ops.linear(x, p[f"{name}.{part}_proj.weight"]), n)
        for part, n in (("q", heads), ("k", kv_heads), ("v", kv_heads))
    )
    frequencies = ops.rotary_frequencies(
        q.shape[-1], config["rope_theta"], config.get("rope_scaling")
    )
    context = ops.attention(
        ops.rotate(q, frequencies),
        ops.rotate(k, frequencies),
        v,
        scale=1 / math.sqrt(q.shape[-1]),
        causal=True,
    )
    return ops.linear(ops.merge_heads(context), p[f"{name}.o_proj.weight"])


def mlp(x, p, name, config, gate="gate_proj", up="up_proj", down="down_proj"):
    """down(act(gate(x)) * up(x))."""
    act = ops.ACTIVATIONS[config["hidden_act"]]
    hidden = act(ops.linear(x, p[f"{name}.{gate}.weight"]))
    hidden = hidden * ops.linear(x, p[f"{name}.{up}.weight"])
    return ops.linear(hidden, p[f"{name}.{down}.weight"])


def route(x, p, name, config):
    """Weight of every expert for every token, [B, S, experts]; zero if not chosen.

    The softmax runs over all experts; the weights of the num_experts_per_tok
    largest are then divided by their sum.
    """
    weights = ops.softmax(ops.linear(x, p[f"{name}.gate.weight"]))
    order = np.argsort(-weights, axis=-1, kind="stable")
    chosen = order[..., : config["num_experts_per_tok"]]
    mask = np.zeros_like(weights)
    np.put_along_axis(mask, chosen, 1, axis=-1)
    weights = weights * mask
    return weights / weights.sum(-1, keepdims=True)


def mixture(x, p, name, config):
    weights = route(x, p, name, config)
    return sum(
        weights[..., e, None]
        * mlp(x, p, f"{name}.experts.{e}", config, gate="w1", up="w3", down="w2")
        for e in range(config["num_local_experts"])
    )


def logits(p, config, ids):
    """ids [B, S] to logits [B, S, V]."""
    eps = config["rms_norm_eps"]
    x = p["model.embed_tokens.weight"][ids]
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        h = ops.rms_norm(x, p[f"{name}.input_layernorm.weight"], eps)
        x = x + self_attention(h, p, f"{name}.self_attn", config)
        h = ops.rms_norm(x, p[f"{name}.post_attention_layernorm.weight"], eps)
        if config["model_type"] == "mixtral":
            x = x + mixture(h, p, f"{name}.block_sparse_moe", config)
        else:
            x = x + mlp(h, p, f"{name}.mlp", config)
    x = ops.rms_norm(x, p["model.norm.weight"], eps)
    tied = config["tie_word_embeddings"]
    return ops.linear(x, p["model.embed_tokens.weight" if tied else "lm_head.weight"])


def run(p, config, inputs):
    y = logits(p, config, inputs["ids"])
    return {"logits": y, "loss": ops.next_token_loss(y, inputs["labels"])}
