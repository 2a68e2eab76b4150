# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""GGUF version 3: reader, writer, and the dequantizers that Partita supports.

A file is: magic, version, counts, metadata, tensor descriptions, padding to
the alignment, tensor data. Dimensions are written fastest first, so they are
the reverse of the Hugging Face shape. The tensors of the Llama family also
differ from Hugging Face in name and, for the rotary projections, in the order
of their rows: see `to_hugging_face`.
"""

import struct
from dataclasses import dataclass

import numpy as np

ALIGNMENT = 32

#: Type code, values per block and bytes per block of each tensor type.
TYPES = {
    "F32": (0, 1, 4),
    "F16": (1, 1, 2),
    "Q4_0": (2, 32, 18),
    "Q4_1": (3, 32, 20),
    "Q8_0": (8, 32, 34),
    "Q6_K": (14, 256, 210),
    "BF16": (30, 1, 2),
}

SCALARS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
UINT32, FLOAT32, STRING, ARRAY = 4, 6, 8, 9


@dataclass
class Tensor:
    kind: str
    shape: tuple  # slowest dimension first
    data: bytes

    def values(self):
        """float32 array of `shape`."""
        return dequantize(self.kind, self.data).reshape(self.shape)


def byte_size(kind, shape):
    _, block, size = TYPES[kind]
    return int(np.prod(shape)) // block * size


def half(blocks, offset):
    """The float16 at a byte offset of every block, as a float32 column."""
    return blocks[:, offset : offset + 2].copy().view("<f2").astype(np.float32)


def nibbles(blocks):
    """Low halves of all bytes, then high halves."""
    return np.concatenate([blocks & 15, blocks >> 4], axis=1).astype(np.float32)


def dequantize_q6_k(blocks):
    """256 values: 4 low bits in ql, 2 high bits in qh, one scale for each 16."""
    ql = blocks[:, :128].reshape(-1, 2, 2, 32)
    qh = blocks[:, 128:192].reshape(-1, 2, 1, 32)
    scales = blocks[:, 192:208].view(np.int8).astype(np.float32)
    # Each half holds 128 values as four runs of 32: the low nibbles of both
    # rows of ql, then the high nibbles, each with its own two bits of qh.
    low = np.concatenate([ql & 15, ql >> 4], axis=2)
    high = (qh >> np.array([0, 2, 4, 6], np.uint8)[:, None]) & 3
    quants = (low | high << 4).astype(np.float32) - 32
    scaled = (half(blocks, 208) * scales)[:, :, None] * quants.reshape(-1, 16, 16)
    return scaled.reshape(-1)


def dequantize(kind, data):
    """The float32 values of a tensor's bytes."""
    blocks = np.frombuffer(data, np.uint8).reshape(-1, TYPES[kind][2])
    if kind == "F32":
        return blocks.view("<f4").reshape(-1)
    if kind == "F16":
        return blocks.view("<f2").astype(np.float32).reshape(-1)
    if kind == "BF16":
        return (blocks.view("<u2").astype(np.uint32) << 16).view(np.float32).reshape(-1)
    if kind == "Q4_0":
        return (half(blocks, 0) * (nibbles(blocks[:, 2:]) - 8)).reshape(-1)
    if kind == "Q4_1":
        return (half(blocks, 0) * nibbles(blocks[:, 4:]) + half(blocks, 2)).reshape(-1)
    if kind == "Q8_0":
        quants = blocks[:, 2:].view(np.int8).astype(np.float32)
        return (half(blocks, 0) * quants).reshape(-1)
    return dequantize_q6_k(blocks)


def quantize_q8_0(values):
    """Bytes of float32 values; the largest of each 32 becomes +-127."""
    groups = values.reshape(-1, 32)
    scale = (np.abs(groups).max(-1, keepdims=True) / 127).astype("<f2")
    quants = np.round(groups / scale.astype(np.float32)).clip(-127, 127).astype(np.int8)
    return np.concatenate(
        [scale.view(np.uint8), quants.view(np.uint8)], axis=1
    ).tobytes()


class Cursor:
    def __init__(self, data):
        self.data, self.at = data, 0

    def scalar(self, code):
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return value

    def string(self):
        length = self.scalar("Q")
        self.at += length
        return bytes(self.data[self.at - length : self.at]).decode()

    def value(self, kind):
        if kind == STRING:
            return self.string()
        if kind == ARRAY:
            element, count = self.scalar("I"), self.scalar("Q")
            return [self.value(element) for _ in range(count)]
        return self.scalar(SCALARS[kind])


def read(path):
    """Returns (metadata, tensors by GGUF name)."""
    data = np.memmap(path, np.uint8, "r")
    cursor = Cursor(memoryview(data))
    if cursor.scalar("4s") != b"GGUF" or cursor.scalar("I") != 3:
        raise ValueError(f"{path}: not a GGUF file of version 3")
    tensor_count, metadata_count = cursor.scalar("Q"), cursor.scalar("Q")
    metadata = {}
    for _ in range(metadata_count):
        key = cursor.string()
        metadata[key] = cursor.value(cursor.scalar("I"))
    names = {code: name for name, (code, _, _) in TYPES.items()}
    entries = []
    for _ in range(tensor_count):
        name, rank = cursor.string(), cursor.scalar("I")
        shape = tuple(cursor.scalar("Q") for _ in range(rank))[::-1]
        entries.append((name, names[cursor.scalar("I")], shape, cursor.scalar("Q")))
    alignment = metadata.get("general.alignment", ALIGNMENT)
    base = -(-cursor.at // alignment) * alignment
    tensors = {}
    for name, kind, shape, offset in entries:
        begin = base + offset
        tensors[name] = Tensor(
            kind, shape, data[begin : begin + byte_size(kind, shape)]
        )
    return metadata, tensors


def encode(value):
    """Type code and bytes of a metadata value."""
    if isinstance(value, str):
        text = value.encode()
        return STRING, struct.pack("<Q", len(text)) + text
    if isinstance(value, list):
        code = encode(value[0])[0]
        body = b"".join(encode(element)[1] for element in value)
        return ARRAY, struct.pack("<IQ", code, len(value)) + body
    if isinstance(value, float):
        return FLOAT32, struct.pack("<f", value)
    return UINT32, struct.pack("<I", value)


def gguf_bytes(metadata, tensors):
    """The whole file, from metadata values and Tensors by name."""
    out = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata))
    for key, value in metadata.items():
        code, body = encode(value)
        out += encode(key)[1] + struct.pack("<I", code) + body
    offset, data = 0, b""
    for name, tensor in tensors.items():
        rank = len(tensor.shape)
        out += encode(name)[1] + struct.pack(
            f"<I{rank}Q", rank, *reversed(tensor.shape)
        )
        out += struct.pack("<IQ", TYPES[tensor.kind][0], len(data))
        data += tensor.data + b"\0" * (-len(tensor.data) % ALIGNMENT)
    return out + b"\0" * (-len(out) % ALIGNMENT) + data


TOP_NAMES = {
    "token_embd": "model.embed_tokens",
    "output_norm": "model.norm",
    "output": "lm_head",
}
BLOCK_NAMES = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def hugging_face_name(name):
    """blk.3.attn_q.weight to model.layers.3.self_attn.q_proj.weight."""
    stem = name.removesuffix(".weight")
    if stem in TOP_NAMES:
        return TOP_NAMES[stem] + ".weight"
    _, layer, part = stem.split(".")
    return f"model.layers.{layer}.{BLOCK_NAMES[part]}.weight"


def gguf_name(name):
    """The inverse of `hugging_face_name`."""
    stem = name.removesuffix(".weight")
    for gguf, hugging_face in TOP_NAMES.items():
        if stem == hugging_face:
            return gguf + ".weight"
    _, _, layer, part = stem.split(".", 3)
    inverse = {value: key for key, value in BLOCK_NAMES.items()}
    return f"blk.{layer}.{inverse[part]}.weight"


def rotary_rows(heads, rows):
    """GGUF row of each Hugging Face row of attn_q or attn_k.

    Hugging Face rotates channel i of a head with channel i + C / 2, GGUF
    rotates 2i with 2i + 1. So row h * C + s * C / 2 + i of the former, with s
    in {0, 1} and i < C / 2, is row h * C + 2 * i + s of the latter.
    """
    pairs = rows // heads // 2
    return np.arange(rows).reshape(heads, pairs, 2).swapaxes(1, 2).reshape(rows)


def heads_of(name, config):
    """Heads of a rotary projection (by its Hugging Face name), else None."""
    if name.endswith("q_proj.weight"):
        return config["num_attention_heads"]
    if name.endswith("k_proj.weight"):
        return config["num_key_value_heads"]
    return None


def to_hugging_face(tensors, config):
    """float32 arrays under Hugging Face names, rotary rows in its order."""
    result = {}
    for gguf, tensor in tensors.items():
        name, values = hugging_face_name(gguf), tensor.values()
        heads = heads_of(name, config)
        result[name] = (
            values if heads is None else values[rotary_rows(heads, len(values))]
        )
    return result


def from_hugging_face(parameters, config):
    """Tensors under GGUF names: Q8_0 where the rows allow it, else F32."""
    tensors = {}
    for name, values in parameters.items():
        heads = heads_of(name, config)
        if heads is not None:
            values = values[np.argsort(rotary_rows(heads, len(values)))]
        if values.ndim == 2 and values.shape[1] % 32 == 0:
            tensor = Tensor("Q8_0", values.shape, quantize_q8_0(values))
        else:
            tensor = Tensor("F32", values.shape, values.astype("<f4").tobytes())
        tensors[gguf_name(name)] = tensor
    return tensors
