# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""BERT: LayerNorm after each residual sum, with or without the masked-lm head."""

import math

from . import ops


def dense(x, p, name):
    return ops.linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def norm(x, p, name, config):
    return ops.layer_norm(
        x, p[f"{name}.weight"], p[f"{name}.bias"], config["layer_norm_eps"]
    )


def layer(x, p, name, config, key_mask):
    heads = config["num_attention_heads"]
    q, k, v = (
        ops.split_heads(dense(x, p, f"{name}.attention.self.{part}"), heads)
        for part in ("query", "key", "value")
    )
    context = ops.attention(
        q, k, v, scale=1 / math.sqrt(q.shape[-1]), key_mask=key_mask
    )
    context = dense(ops.merge_heads(context), p, f"{name}.attention.output.dense")
    x = norm(x + context, p, f"{name}.attention.output.LayerNorm", config)

    activation = ops.ACTIVATIONS[config["hidden_act"]]
    hidden = activation(dense(x, p, f"{name}.intermediate.dense"))
    hidden = dense(hidden, p, f"{name}.output.dense")
    return norm(x + hidden, p, f"{name}.output.LayerNorm", config)


def encode(p, config, ids, token_type_ids, attention_mask):
    """Last hidden state [B, S, D]; `attention_mask` is bool [B, S]."""
    x = (
        p["embeddings.word_embeddings.weight"][ids]
        + p["embeddings.position_embeddings.weight"][: ids.shape[1]]
        + p["embeddings.token_type_embeddings.weight"][token_type_ids]
    )
    x = norm(x, p, "embeddings.LayerNorm", config)
    for i in range(config["num_hidden_layers"]):
        x = layer(x, p, f"encoder.layer.{i}", config, attention_mask)
    return x


def masked_lm_logits(hidden, p, config):
    """[B, S, D] to [B, S, V], through a transform and the tied embedding."""
    head = "cls.predictions"
    x = dense(hidden, p, f"{head}.transform.dense")
    x = ops.ACTIVATIONS[config["hidden_act"]](x)
    x = norm(x, p, f"{head}.transform.LayerNorm", config)
    return ops.linear(x, p["embeddings.word_embeddings.weight"], p[f"{head}.bias"])


def run(p, config, inputs):
    p = {name.removeprefix("bert."): value for name, value in p.items()}
    hidden = encode(
        p, config, inputs["ids"], inputs["token_type_ids"], inputs["attention_mask"]
    )
    if config["architectures"] == ["BertModel"]:
        return {"hidden": hidden}
    y = masked_lm_logits(hidden, p, config)
    return {"logits": y, "loss": ops.cross_entropy(y, inputs["labels"])}
