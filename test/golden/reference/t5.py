# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""T5: encoder and decoder, relative position bias, attention without scaling."""

import numpy as np

from . import ops


def project(x, p, name):
    return ops.linear(x, p[f"{name}.weight"])


def norm(x, p, name, config):
    return ops.rms_norm(x, p[f"{name}.weight"], config["layer_norm_epsilon"])


def attend(x, memory, p, name, config, *, causal=False, bias=None):
    """Queries from x, keys and values from `memory`; the scale is one."""
    heads = config["num_heads"]
    q, k, v = (
        ops.split_heads(project(source, p, f"{name}.{part}"), heads)
        for source, part in ((x, "q"), (memory, "k"), (memory, "v"))
    )
    context = ops.attention(q, k, v, scale=1, causal=causal, bias=bias)
    return project(ops.merge_heads(context), p, f"{name}.o")


def feed_forward(x, p, name, config):
    if config["feed_forward_proj"] == "gated-gelu":
        hidden = ops.gelu_tanh(project(x, p, f"{name}.wi_0")) * project(
            x, p, f"{name}.wi_1"
        )
    else:
        hidden = ops.relu(project(x, p, f"{name}.wi"))
    return project(hidden, p, f"{name}.wo")


def position_bias(p, stack, config, length):
    """[1, H, length, length], from the table in the first block of the stack."""
    table = p[f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    position = np.arange(length)
    bucket = ops.relative_position_bucket(
        position[None, :] - position[:, None],
        bidirectional=stack == "encoder",
        buckets=config["relative_attention_num_buckets"],
        max_distance=config["relative_attention_max_distance"],
    )
    return table[bucket].transpose(2, 0, 1)[None]


def run_stack(x, p, stack, config, memory=None):
    """The encoder, or with the encoder's output as `memory` the decoder."""
    layers = config["num_layers" if memory is None else "num_decoder_layers"]
    bias = position_bias(p, stack, config, x.shape[1])
    for i in range(layers):
        name = f"{stack}.block.{i}.layer"
        h = norm(x, p, f"{name}.0.layer_norm", config)
        x = x + attend(
            h,
            h,
            p,
            f"{name}.0.SelfAttention",
            config,
            causal=memory is not None,
            bias=bias,
        )
        last = 1
        if memory is not None:
            h = norm(x, p, f"{name}.1.layer_norm", config)
            x = x + attend(h, memory, p, f"{name}.1.EncDecAttention", config)
            last = 2
        h = norm(x, p, f"{name}.{last}.layer_norm", config)
        x = x + feed_forward(h, p, f"{name}.{last}.DenseReluDense", config)
    return norm(x, p, f"{stack}.final_layer_norm", config)


def logits(p, config, ids, decoder_ids):
    """ids [B, S] and decoder_ids [B, T] to logits [B, T, V]."""
    memory = run_stack(p["shared.weight"][ids], p, "encoder", config)
    x = run_stack(p["shared.weight"][decoder_ids], p, "decoder", config, memory)
    if config["tie_word_embeddings"]:
        return ops.linear(x * config["d_model"] ** -0.5, p["shared.weight"])
    return ops.linear(x, p["lm_head.weight"])


def run(p, config, inputs):
    y = logits(p, config, inputs["ids"], inputs["decoder_ids"])
    return {"logits": y, "loss": ops.cross_entropy(y, inputs["labels"])}
