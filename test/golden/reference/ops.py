# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The operations that the model families share, in float64.

Shapes are written with B batch, S query length, T key length, D model width,
H query heads, G key/value heads, C channels of one head, V vocabulary.
"""

import math

import numpy as np

IGNORED_LABEL = -100

_erf = np.vectorize(math.erf, otypes=[np.float64])


def linear(x, weight, bias=None):
    """`x @ weight.T + bias`; `weight` is [out, in], as torch.nn.Linear keeps it."""
    y = x @ weight.T
    return y if bias is None else y + bias


def layer_norm(x, weight, bias, eps):
    """Normalises the last dimension with the biased variance."""
    centered = x - x.mean(-1, keepdims=True)
    variance = np.square(centered).mean(-1, keepdims=True)
    return centered / np.sqrt(variance + eps) * weight + bias


def rms_norm(x, weight, eps):
    """Divides by the root mean square of the last dimension; no mean, no bias."""
    return x / np.sqrt(np.square(x).mean(-1, keepdims=True) + eps) * weight


def gelu(x):
    """x times the normal distribution function of x."""
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)))


def gelu_tanh(x):
    """The tanh approximation of GELU, `gelu_new` in Hugging Face configs."""
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def silu(x):
    return x / (1 + np.exp(-x))


def relu(x):
    return np.maximum(x, 0)


ACTIVATIONS = {"gelu": gelu, "gelu_new": gelu_tanh, "silu": silu, "relu": relu}


def softmax(x):
    """Over the last dimension; entries of -inf get weight zero."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def log_sum_exp(x):
    """Over the last dimension, which it removes."""
    top = x.max(-1, keepdims=True)
    return np.log(np.exp(x - top).sum(-1)) + top[..., 0]


def split_heads(x, heads):
    """[B, S, heads * C] to [B, heads, S, C]."""
    b, s, width = x.shape
    return x.reshape(b, s, heads, width // heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    """[B, H, S, C] to [B, S, H * C]."""
    b, h, s, c = x.shape
    return x.transpose(0, 2, 1, 3).reshape(b, s, h * c)


def attention(q, k, v, *, scale, causal=False, key_mask=None, bias=None):
    """Softmax attention; returns [B, H, S, C].

    q is [B, H, S, C]; k and v are [B, G, T, C], where G divides H and query
    head h reads key/value head h // (H / G). `key_mask` is bool [B, T], true
    where a key may be attended to. `bias` broadcasts to [B, H, S, T] and is
    added after scaling. `causal` lets query i read the keys 0 to i.
    """
    group = q.shape[1] // k.shape[1]
    k = np.repeat(k, group, axis=1)
    v = np.repeat(v, group, axis=1)
    scores = q @ k.transpose(0, 1, 3, 2) * scale
    if bias is not None:
        scores = scores + bias
    if causal:
        visible = np.tri(q.shape[2], k.shape[2], dtype=bool)
        scores = np.where(visible, scores, -np.inf)
    if key_mask is not None:
        scores = np.where(key_mask[:, None, None, :], scores, -np.inf)
    return softmax(scores) @ v


def rotary_frequencies(head_dim, theta, scaling=None):
    """Angle per position for each of the head_dim / 2 channel pairs.

    `scaling` is the `rope_scaling` object of a config, or None. The "llama3"
    rule keeps wavelengths below original / high_freq_factor, divides the
    frequency by `factor` for those above original / low_freq_factor, and
    interpolates between the two in `original / wavelength`.
    """
    inverse = theta ** (-np.arange(0, head_dim, 2) / head_dim)
    if scaling is None:
        return inverse
    kind = scaling.get("rope_type", scaling.get("type"))
    if kind != "llama3":
        raise ValueError(f"unsupported rope_scaling {kind!r}, expected 'llama3'")
    original = scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    turns = original * inverse / (2 * math.pi)  # turns over the original context
    keep = np.clip((turns - low) / (high - low), 0, 1)
    return keep * inverse + (1 - keep) * inverse / scaling["factor"]


def rotate(x, frequencies):
    """Rotary embedding of x [B, H, S, C]; the pair of channel i is i + C / 2."""
    angle = np.arange(x.shape[2])[:, None] * frequencies[None, :]
    cos, sin = np.cos(angle), np.sin(angle)
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate(
        [first * cos - second * sin, second * cos + first * sin], axis=-1
    )


def relative_position_bucket(distance, *, bidirectional, buckets, max_distance):
    """T5 bucket of `distance` = key position - query position.

    Half of the buckets hold exact small distances, the rest grow
    logarithmically up to `max_distance`, and the last one takes what is
    further. In the encoder the upper half of the table is for keys after the
    query; in the decoder those never occur and count as distance zero.
    """
    offset = np.zeros_like(distance)
    if bidirectional:
        buckets //= 2
        offset = np.where(distance > 0, buckets, 0)
        magnitude = np.abs(distance)
    else:
        magnitude = np.maximum(-distance, 0)
    exact = buckets // 2
    # Positions up to `exact` do not use the logarithm; keep it finite for them.
    ratio = np.log(np.maximum(magnitude, exact) / exact) / math.log(
        max_distance / exact
    )
    far = exact + (ratio * (buckets - exact)).astype(np.int64)
    return offset + np.where(magnitude < exact, magnitude, np.minimum(far, buckets - 1))


def cross_entropy(logits, labels):
    """Mean of -log softmax(logits)[label] over the labels that are not ignored."""
    kept = labels != IGNORED_LABEL
    rows, targets = logits[kept], labels[kept]
    picked = np.take_along_axis(rows, targets[:, None].astype(np.int64), axis=-1)[:, 0]
    return (log_sum_exp(rows) - picked).mean()


def next_token_loss(logits, labels):
    """Cross-entropy of position i against label i + 1, as causal models train."""
    return cross_entropy(logits[:, :-1], labels[:, 1:])
