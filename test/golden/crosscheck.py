#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the NumPy reference and the golden files with other implementations.

usage: crosscheck.py [--models=DIR]

Needs the packages torch, transformers, gguf and tokenizers; llama-cpp-python is
used where it is installed. README.md says how to set that up. Prints a table
of the largest differences and fails if one is above its bound.
"""

import argparse
import importlib.util
import json
import logging
import sys
import tempfile
from pathlib import Path

import gguf as gguf_package
import numpy as np
import torch
import transformers

import generate_real as real
from reference import gguf, ops, text, weights

ROOT = Path(__file__).resolve().parent

#: Bounds on absolute differences. The goldens are rounded to float32, and
#: transformers computes rotary angles in float32 even in a float64 model.
TINY_BOUND = 2e-5
REAL_BOUND = 1e-4


class Report:
    def __init__(self):
        self.failed = False

    def line(self, what, difference, bound):
        ok = difference <= bound
        self.failed |= not ok
        print(f"{what:52} {difference:9.2e}  <= {bound:.0e}{'' if ok else '  FAILED'}")

    def same(self, what, expected, actual):
        ok = np.array_equal(expected, actual)
        self.failed |= not ok
        print(f"{what:52} {'equal' if ok else 'FAILED'}")


def load_arrays(folder):
    return {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}


def torch_inputs(inputs):
    names = {"ids": "input_ids", "decoder_ids": "decoder_input_ids"}
    return {
        names.get(n, n): torch.from_numpy(v.astype(np.int64)) for n, v in inputs.items()
    }


def difference(actual, expected):
    return float(np.abs(actual.numpy() - expected).max())


def load_float64(model_class, folder, **kwargs):
    """The model, all of whose parameters came from the folder."""
    options = {"dtype": torch.float64, "attn_implementation": "eager", **kwargs}
    model, info = model_class.from_pretrained(
        folder, output_loading_info=True, **options
    )
    strangers = {kind: names for kind, names in info.items() if names}
    assert not strangers, f"{folder.name}: {strangers}"
    return model.eval()


def check_tiny(report):
    """Every folder below tiny/, loaded by transformers from the files themselves."""
    for folder in sorted((ROOT / "tiny").iterdir()):
        architecture = json.loads((folder / "config.json").read_text())[
            "architectures"
        ][0]
        if (folder / "model.gguf").exists():
            model = llama_from_gguf(folder)
        else:
            # Of the ways to run experts only "eager" knows float64.
            kwargs = (
                {"experts_implementation": "eager"} if "Mixtral" in architecture else {}
            )
            model = load_float64(getattr(transformers, architecture), folder, **kwargs)
        with torch.no_grad():
            result = model(**torch_inputs(load_arrays(folder / "inputs")))
        for name, golden in load_arrays(folder / "golden").items():
            actual = getattr(result, {"hidden": "last_hidden_state"}.get(name, name))
            report.line(
                f"tiny/{folder.name} {name}", difference(actual, golden), TINY_BOUND
            )


def llama_from_gguf(folder):
    """A transformers model with weights that the gguf package dequantized.

    The rotary rows are put back in order by reshaping, not by our index table.
    """
    config = transformers.LlamaConfig.from_pretrained(folder)
    state = {}
    for tensor in gguf_package.GGUFReader(next(folder.glob("*.gguf"))).tensors:
        values = torch.tensor(
            gguf_package.dequantize(tensor.data, tensor.tensor_type),
            dtype=torch.float64,
        )
        name = gguf.hugging_face_name(tensor.name)
        heads = gguf.heads_of(name, vars(config))
        if heads is not None:
            pairs = values.shape[0] // heads // 2
            values = (
                values.reshape(heads, pairs, 2, -1)
                .transpose(1, 2)
                .reshape(values.shape)
            )
        state[name] = values
    state.setdefault("lm_head.weight", state["model.embed_tokens.weight"])
    config._attn_implementation = "eager"
    model = transformers.LlamaForCausalLM(config).to(torch.float64)
    model.load_state_dict(state)
    return model.eval()


def check_relative_buckets(report):
    """The bucket table that T5 checkpoints use, which no tiny model reaches."""
    from transformers.models.t5.modeling_t5 import T5Attention

    distance = np.arange(-300, 301)
    for bidirectional in (True, False):
        expected = T5Attention._relative_position_bucket(
            torch.from_numpy(distance), bidirectional, num_buckets=32, max_distance=128
        )
        actual = ops.relative_position_bucket(
            distance, bidirectional=bidirectional, buckets=32, max_distance=128
        )
        report.same(
            f"T5 buckets 32/128, bidirectional={bidirectional}", expected, actual
        )


def check_blocks(report):
    """The samples of GGUF blocks."""
    reader = gguf_package.GGUFReader(ROOT / "gguf" / "blocks.gguf")
    for tensor in reader.tensors:
        golden = np.load(ROOT / "gguf" / "golden" / f"{tensor.name}.npy")
        actual = gguf_package.dequantize(tensor.data, tensor.tensor_type)
        report.same(f"gguf/blocks {tensor.name}", golden, actual)


def check_minilm(report, folder):
    inputs, golden = (
        load_arrays(ROOT / "minilm" / part) for part in ("inputs", "golden")
    )
    tokenizer = transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    ids = tokenizer(real.SENTENCES, padding=True, return_tensors="np")["input_ids"]
    report.same("minilm tokens", inputs["ids"], ids)
    model = load_float64(transformers.BertModel, folder)
    with torch.no_grad():
        hidden = model(**torch_inputs(inputs)).last_hidden_state
    report.line("minilm hidden", difference(hidden, golden["hidden"]), TINY_BOUND)
    embeddings = real.sentence_embeddings(hidden.numpy(), inputs["attention_mask"])
    cosine = (embeddings * golden["embeddings"]).sum(-1)
    report.line(
        "minilm 1 - cosine of embeddings", float(np.abs(1 - cosine).max()), 1e-6
    )


def check_smollm2_dequantizer(report, folder):
    path = next(folder.glob("*.gguf"))
    tensors = gguf.read(path)[1]
    worst = max(
        float(
            np.abs(
                gguf_package.dequantize(t.data, t.tensor_type)
                - tensors[t.name].values()
            ).max()
        )
        for t in gguf_package.GGUFReader(path).tensors
    )
    report.line("smollm2 dequantized weights", worst, 0)


def relative_errors(logits, golden):
    """Per position, over the sampled columns of `logits` [S, V]."""
    expected = golden["column_logits"]
    actual = logits[:, golden["columns"]]
    return np.linalg.norm(actual - expected, axis=-1) / np.linalg.norm(
        expected, axis=-1
    )


def compare_logits(report, who, logits, golden, bound):
    worst = float(relative_errors(logits, golden).max())
    report.line(f"smollm2 logits, {who}, relative", worst, bound)


def check_smollm2(report, folder):
    inputs, golden = (
        load_arrays(ROOT / "smollm2" / part) for part in ("inputs", "golden")
    )
    model = llama_from_gguf(folder)
    with torch.no_grad():
        logits = model(torch.from_numpy(inputs["ids"]).long()).logits[0].numpy()
        follow = model.generate(
            torch.from_numpy(inputs["prompt"]).long(),
            max_new_tokens=golden["continuation"].shape[1],
            do_sample=False,
            eos_token_id=None,
        )
    compare_logits(report, "transformers", logits, golden, REAL_BOUND)
    report.same(
        "smollm2 argmax, transformers", golden["top_ids"][:, 0], logits.argmax(-1)
    )
    start = inputs["prompt"].shape[1]
    report.same(
        "smollm2 continuation, transformers", golden["continuation"], follow[:, start:]
    )


def write_widened(source, target):
    """The same GGUF file with every tensor dequantized to F32."""
    reader = gguf_package.GGUFReader(source)
    writer = gguf_package.GGUFWriter(target, "llama")
    for key, entry in reader.fields.items():
        if not key.startswith("GGUF.") and key not in (
            "general.architecture",
            "general.file_type",
        ):
            kind, *element = entry.types
            writer.add_key_value(key, entry.contents(), kind, *element[:1])
    writer.add_file_type(gguf_package.LlamaFileType.ALL_F32)
    for tensor in reader.tensors:
        writer.add_tensor(
            tensor.name, gguf_package.dequantize(tensor.data, tensor.tensor_type)
        )
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def run_llama_cpp(path, ids):
    """The model, and its logits [S, V] with a float32 cache of keys and values."""
    import llama_cpp

    f32 = llama_cpp.GGML_TYPE_F32
    model = llama_cpp.Llama(
        str(path), n_ctx=256, logits_all=True, verbose=False,
        type_k=f32, type_v=f32, flash_attn=False,
    )  # fmt: skip
    model.eval(ids.tolist())
    return model, np.array(model.scores[: ids.size], np.float64)


def check_llama_cpp(report, folder):
    if importlib.util.find_spec("llama_cpp") is None:
        print("llama-cpp-python is not installed: not compared with llama.cpp")
        return
    inputs, golden = (
        load_arrays(ROOT / "smollm2" / part) for part in ("inputs", "golden")
    )
    ids = inputs["ids"][0]
    path = next(folder.glob("*.gguf"))
    with tempfile.TemporaryDirectory() as scratch:
        widened = Path(scratch) / "f32.gguf"
        write_widened(path, widened)
        model, logits = run_llama_cpp(widened, ids)
    report.same(
        "smollm2 tokens, llama.cpp",
        ids,
        model.tokenize(real.PARAGRAPH.encode(), add_bos=False)[: real.SEQUENCE],
    )
    compare_logits(report, "llama.cpp on F32", logits, golden, REAL_BOUND)
    report.same(
        "smollm2 argmax, llama.cpp on F32", golden["top_ids"][:, 0], logits.argmax(-1)
    )

    # With quantized weights llama.cpp also rounds the activations to 8 bits, so
    # this says how far apart two programs for the file may be, and bounds nothing.
    _, logits = run_llama_cpp(path, ids)
    relative = relative_errors(logits, golden)
    agree = int((logits.argmax(-1) == golden["top_ids"][:, 0]).sum())
    print(
        f"  for information: llama.cpp on Q4_1 differs by {np.median(relative):.1e} in the "
        f"median, {relative.max():.1e} at most; {agree} of {ids.size} argmax agree"
    )


def main():
    parser = argparse.ArgumentParser(
        description="Compare the golden files with other implementations."
    )
    parser.add_argument(
        "--models", type=Path, default=ROOT.parents[1] / "build" / "models"
    )
    models = parser.parse_args().models
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    logging.disable(logging.WARNING)
    report = Report()
    check_tiny(report)
    check_relative_buckets(report)
    check_blocks(report)
    check_minilm(report, models / "all-minilm-l6-v2")
    check_smollm2_dequantizer(report, models / "smollm2-135m")
    check_smollm2(report, models / "smollm2-135m")
    check_llama_cpp(report, models / "smollm2-135m")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
