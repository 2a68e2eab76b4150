# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The tiny models: their configs, parameters, inputs, and how they are stored.

Sizes are odd on purpose, so that a transposed or padded dimension shows.
"""

import re
from dataclasses import dataclass, field

from reference import bert, gpt2, llama, ops, t5
from reference.weights import random_integers, random_uniform

BATCH = 2


@dataclass
class Case:
    """One folder below tiny/."""

    name: str
    task: str  # as --import-task takes it
    config: dict
    shapes: dict  # parameter name to shape
    seq: int = 7
    decoder_seq: int | None = None
    storage: str = "F32"  # a safetensors dtype, or GGUF
    shards: int = 1
    buffers: dict = field(default_factory=dict)  # stored tensors that are no parameters
    seed: str = ""  # cases with one seed and the same shapes share their weights

    def run(self, parameters, inputs):
        family = {
            "gpt2": gpt2,
            "llama": llama,
            "mixtral": llama,
            "bert": bert,
            "t5": t5,
        }
        return family[self.config["model_type"]].run(parameters, self.config, inputs)

    def manifest(self):
        """What a test needs to import the case and to name its files."""
        sizes = {"batch": BATCH, "seq": self.seq}
        if self.decoder_seq is not None:
            sizes["decoder_seq"] = self.decoder_seq
        return {"task": self.task, **sizes}

    def parameters(self):
        """float32 values by name."""
        seed = self.seed or self.name
        # A prefix that only names the container must not change the values.
        return {
            name: initial_value(
                f"{seed}/{name.removeprefix('transformer.')}", name, shape
            )
            for name, shape in self.shapes.items()
        }

    def inputs(self):
        """Arrays by input name, with the dtypes that the tools read."""
        vocab = self.config["vocab_size"]
        shape = (BATCH, self.seq)
        inputs = {"ids": random_integers(f"{self.name}/ids", shape, 0, vocab)}
        if self.config["model_type"] == "bert":
            inputs["token_type_ids"] = random_integers(
                f"{self.name}/types", shape, 0, 2
            )
            mask = inputs["ids"] >= 0
            mask[1, -2:] = False
            inputs["attention_mask"] = mask
        if self.decoder_seq is not None:
            shape = (BATCH, self.decoder_seq)
            inputs["decoder_ids"] = random_integers(
                f"{self.name}/decoder", shape, 0, vocab
            )
            inputs["decoder_ids"][:, 0] = self.config["decoder_start_token_id"]
        if self.task != "encoder":
            labels = random_integers(f"{self.name}/labels", shape, 0, vocab)
            labels[0, 2] = labels[1, 0] = labels[1, -1] = ops.IGNORED_LABEL
            if self.task == "masked-lm":
                labels[:, 1::2] = ops.IGNORED_LABEL  # most positions carry no label
            inputs["labels"] = labels
        return inputs


def initial_value(seed, name, shape):
    """Random values with which every parameter matters to the output."""
    if re.search(r"(norm|ln_\w+|LayerNorm)\.weight$", name):
        return 1 + random_uniform(seed, shape, 0.25)
    if len(shape) == 1:
        return random_uniform(seed, shape, 0.2)
    if re.search(r"(wte|wpe|embed\w*|shared|relative_attention_bias)\.weight$", name):
        return random_uniform(seed, shape, 0.6)
    # [out, in], but for GPT-2 whose Conv1D keeps [in, out].
    fan_in = shape[0] if re.search(r"\.c_(attn|proj|fc)\.weight$", name) else shape[1]
    deviation = 1.5 / fan_in**0.5
    if re.search(r"Attention\.q\.weight$", name):
        deviation /= (shape[0] / 4) ** 0.5  # T5 folds the scale of the scores into q
    return random_uniform(seed, shape, deviation)


def gpt2_case(name, prefix="", *, width=32, layers=2, buffers=True, **storage):
    config = {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "activation_function": "gelu_new",
        "n_embd": width,
        "n_head": 4,
        "n_layer": layers,
        "n_positions": 13,
        "n_ctx": 13,
        "vocab_size": 61,
        "layer_norm_epsilon": 1e-5,
        "bos_token_id": 60,
        "eos_token_id": 60,
    }
    shapes = {
        f"{prefix}wte.weight": (61, width),
        f"{prefix}wpe.weight": (13, width),
        f"{prefix}ln_f.weight": (width,),
        f"{prefix}ln_f.bias": (width,),
    }
    masks = {}
    for i in range(layers):
        block = f"{prefix}h.{i}"
        for norm in ("ln_1", "ln_2"):
            shapes[f"{block}.{norm}.weight"] = shapes[f"{block}.{norm}.bias"] = (width,)
        for part, rows, columns in (
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, 4 * width),
            ("mlp.c_proj", 4 * width, width),
        ):
            shapes[f"{block}.{part}.weight"] = (rows, columns)
            shapes[f"{block}.{part}.bias"] = (columns,)
        masks[f"{block}.attn.bias"] = ("F32", "causal", (1, 1, 13, 13))
    return Case(
        name, "causal-lm", config, shapes, buffers=masks if buffers else {}, **storage
    )


def llama_case(
    name, *, kv_heads, head_dim, tied, inner=44, scaling=None, experts=0, **storage
):
    width, heads, layers = 32, 4, 2
    kind = "mixtral" if experts else "llama"
    config = {
        "architectures": [f"{kind.capitalize()}ForCausalLM"],
        "model_type": kind,
        "hidden_act": "silu",
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": kv_heads,
        "head_dim": head_dim,
        "vocab_size": 61,
        "max_position_embeddings": 256,
        "rms_norm_eps": 1e-5,
        "rope_theta": 100.0,
        "rope_scaling": scaling,
        "tie_word_embeddings": tied,
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    if head_dim * heads == width:
        del config["head_dim"]  # the common case leaves it out
    if experts:
        config |= {
            "num_local_experts": experts,
            "num_experts_per_tok": 2,
            "router_aux_loss_coef": 0.02,
            "sliding_window": None,
        }
    shapes = {"model.embed_tokens.weight": (61, width), "model.norm.weight": (width,)}
    if not tied:
        shapes["lm_head.weight"] = (61, width)
    for i in range(layers):
        layer = f"model.layers.{i}"
        shapes[f"{layer}.input_layernorm.weight"] = (width,)
        shapes[f"{layer}.post_attention_layernorm.weight"] = (width,)
        shapes[f"{layer}.self_attn.q_proj.weight"] = (heads * head_dim, width)
        shapes[f"{layer}.self_attn.k_proj.weight"] = (kv_heads * head_dim, width)
        shapes[f"{layer}.self_attn.v_proj.weight"] = (kv_heads * head_dim, width)
        shapes[f"{layer}.self_attn.o_proj.weight"] = (width, heads * head_dim)
        if experts:
            shapes[f"{layer}.block_sparse_moe.gate.weight"] = (experts, width)
            for e in range(experts):
                expert = f"{layer}.block_sparse_moe.experts.{e}"
                shapes[f"{expert}.w1.weight"] = (inner, width)
                shapes[f"{expert}.w2.weight"] = (width, inner)
                shapes[f"{expert}.w3.weight"] = (inner, width)
        else:
            shapes[f"{layer}.mlp.gate_proj.weight"] = (inner, width)
            shapes[f"{layer}.mlp.up_proj.weight"] = (inner, width)
            shapes[f"{layer}.mlp.down_proj.weight"] = (width, inner)
    return Case(name, "causal-lm", config, shapes, **storage)


def bert_case(name, *, head):
    width, inner, layers = 32, 44, 2
    prefix = "bert." if head else ""
    config = {
        "architectures": ["BertForMaskedLM" if head else "BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": width,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "vocab_size": 61,
        "max_position_embeddings": 13,
        "type_vocab_size": 2,
        "layer_norm_eps": 1e-4 if head else 1e-12,  # large enough to matter, once
        "pad_token_id": 0,
        "position_embedding_type": "absolute",
    }
    shapes = {
        f"{prefix}embeddings.word_embeddings.weight": (61, width),
        f"{prefix}embeddings.position_embeddings.weight": (13, width),
        f"{prefix}embeddings.token_type_embeddings.weight": (2, width),
    }

    def norm(part):
        shapes[f"{part}.LayerNorm.weight"] = shapes[f"{part}.LayerNorm.bias"] = (width,)

    def dense(part, out, into):
        shapes[f"{part}.weight"] = (out, into)
        shapes[f"{part}.bias"] = (out,)

    norm(f"{prefix}embeddings")
    for i in range(layers):
        layer = f"{prefix}encoder.layer.{i}"
        for part in ("query", "key", "value"):
            dense(f"{layer}.attention.self.{part}", width, width)
        dense(f"{layer}.attention.output.dense", width, width)
        norm(f"{layer}.attention.output")
        dense(f"{layer}.intermediate.dense", inner, width)
        dense(f"{layer}.output.dense", width, inner)
        norm(f"{layer}.output")
    buffers = {}
    if head:
        dense("cls.predictions.transform.dense", width, width)
        norm("cls.predictions.transform")
        shapes["cls.predictions.bias"] = (61,)
    else:
        # Encoder checkpoints carry a pooler, which the last hidden state does
        # not read, and the position numbers as integers.
        dense("pooler.dense", width, width)
        buffers["embeddings.position_ids"] = ("I64", "positions", (1, 13))
    task = "masked-lm" if head else "encoder"
    return Case(name, task, config, shapes, buffers=buffers)


def t5_case(name, *, gated, tied, seq, decoder_seq):
    width, heads, channels, inner, layers, decoder_layers = 24, 4, 5, 36, 2, 2
    config = {
        "architectures": ["T5ForConditionalGeneration"],
        "model_type": "t5",
        "d_model": width,
        "d_ff": inner,
        "d_kv": channels,
        "num_heads": heads,
        "num_layers": layers,
        "num_decoder_layers": decoder_layers,
        "vocab_size": 61,
        "relative_attention_num_buckets": 8,
        "relative_attention_max_distance": 10,
        "feed_forward_proj": "gated-gelu" if gated else "relu",
        "layer_norm_epsilon": 1e-6,
        "tie_word_embeddings": tied,
        "decoder_start_token_id": 0,
        "pad_token_id": 0,
        "eos_token_id": 1,
        "is_encoder_decoder": True,
    }
    shapes = {"shared.weight": (61, width)}
    if not tied:
        shapes["lm_head.weight"] = (61, width)

    def attention(part):
        for projection in "qkv":
            shapes[f"{part}.{projection}.weight"] = (heads * channels, width)
        shapes[f"{part}.o.weight"] = (width, heads * channels)

    for stack, count in (("encoder", layers), ("decoder", decoder_layers)):
        shapes[f"{stack}.final_layer_norm.weight"] = (width,)
        table = f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        shapes[table] = (8, heads)
        for i in range(count):
            parts = ["SelfAttention", "DenseReluDense"]
            if stack == "decoder":
                parts.insert(1, "EncDecAttention")
            for j, part in enumerate(parts):
                layer = f"{stack}.block.{i}.layer.{j}"
                shapes[f"{layer}.layer_norm.weight"] = (width,)
                if part != "DenseReluDense":
                    attention(f"{layer}.{part}")
                    continue
                for wi in ("wi_0", "wi_1") if gated else ("wi",):
                    shapes[f"{layer}.{part}.{wi}.weight"] = (inner, width)
                shapes[f"{layer}.{part}.wo.weight"] = (width, inner)
    return Case(name, "seq2seq", config, shapes, seq=seq, decoder_seq=decoder_seq)


# Over the 32 positions that `original_max_position_embeddings` counts, the four
# channel pairs turn about 5, 1.6, 0.5 and 0.16 times: one is kept, one is
# interpolated, two are divided by the factor.
LLAMA3_SCALING = {
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
    "rope_type": "llama3",
}

LLAMA3 = dict(kv_heads=2, head_dim=8, tied=False, scaling=LLAMA3_SCALING, seed="llama3")

CASES = [
    gpt2_case("gpt2"),
    gpt2_case("gpt2-prefixed", "transformer.", width=16, layers=1, buffers=False),
    llama_case("llama3", **LLAMA3),
    llama_case("llama3-bf16-sharded", **LLAMA3, storage="BF16", shards=3),
    llama_case("llama3-f16-sharded", **LLAMA3, storage="F16", shards=2),
    llama_case("llama-tied", kv_heads=4, head_dim=10, tied=True),
    # Rows of 32 and 64 values are whole Q8_0 blocks.
    llama_case(
        "llama-gguf", kv_heads=2, head_dim=8, tied=True, inner=64, storage="GGUF"
    ),
    bert_case("bert-encoder", head=False),
    bert_case("bert-masked-lm", head=True),
    t5_case("t5-relu", gated=False, tied=True, seq=9, decoder_seq=9),
    t5_case("t5-gated-gelu", gated=True, tied=False, seq=11, decoder_seq=7),
    llama_case("mixtral", kv_heads=2, head_dim=8, tied=False, inner=20, experts=4),
]
