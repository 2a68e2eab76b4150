# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a small model of one family under all tactics and hybrids of them, and compares with one device.

usage: try_tactics.py FAMILY SCRATCH [--uneven] [IMPORT-OPTION...]

Each program is proven by partitac and then run by partita-run --verify. With --uneven no size but the
batch's divides. Prints a line a case; the exit status is 1 if one fails.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

DP, TP, SP, CP = (
    "data-parallel(data)",
    "tensor-parallel(tensor)",
    "sequence-parallel(tensor)",
    "context-parallel(context)",
)
ZERO, EP = "zero(data)", "expert-parallel"
CASES = (
    ("data=4", DP),
    ("tensor=2", TP),
    ("tensor=2", TP, SP),
    ("context=2", CP),
    ("data=2", ZERO),
    # Hybrids.
    ("data=2", DP, ZERO),
    ("data=2,tensor=2", DP, TP),
    ("data=2,tensor=2", DP, TP, SP),
    ("data=2,tensor=2", DP, TP, ZERO),
    ("data=2,tensor=2", DP, TP, SP, ZERO),
    ("data=2,tensor=2", TP, ZERO),
    ("data=2,context=2", DP, CP),
    ("data=2,context=2", DP, CP, ZERO),
    ("context=2,tensor=2", CP, TP),
    ("context=2,tensor=2", CP, TP, SP),
    ("data=2,context=2,tensor=2", DP, CP, TP),
    ("data=2,context=2,tensor=2", DP, CP, TP, SP, ZERO),
    ("data=2,tensor=4", DP, TP),
)
EXPERT_CASES = (
    ("expert=2", f"{EP}(expert)"),
    ("data=2", DP, f"{EP}(data)"),
    ("data=2,tensor=2", DP, TP, f"{EP}(data)"),
    ("data=2,tensor=2", DP, TP, SP, f"{EP}(data)"),
    ("data=2,expert=2", DP, ZERO, f"{EP}(expert)"),
    ("context=2,expert=2,tensor=2", CP, TP, f"{EP}(expert)"),
)


def config(family, uneven):
    heads, kv_heads, vocabulary = (3, 1, 31) if uneven else (4, 2, 32)
    width, inner = heads * 6, 21 if uneven else 24
    common = {"model_type": family, "torch_dtype": "float32", "vocab_size": vocabulary}
    if family in ("llama", "mixtral"):
        common |= {
            "hidden_size": width,
            "intermediate_size": inner,
            "num_hidden_layers": 2,
            "num_attention_heads": heads,
            "num_key_value_heads": kv_heads,
            "max_position_embeddings": 64,
            "rms_norm_eps": 1e-5,
            "hidden_act": "silu",
            "tie_word_embeddings": family == "llama",
        }
        if family == "mixtral":
            common |= {"num_local_experts": 4, "num_experts_per_tok": 2}
        name = {"llama": "Llama", "mixtral": "Mixtral"}[family]
        return common | {"architectures": [f"{name}ForCausalLM"]}
    if family == "gpt2":
        return common | {
            "architectures": ["GPT2LMHeadModel"],
            "n_embd": width,
            "n_head": heads,
            "n_layer": 2,
            "n_positions": 64,
            "layer_norm_epsilon": 1e-5,
            "activation_function": "gelu_new",
        }
    if family == "bert":
        return common | {
            "architectures": ["BertForMaskedLM"],
            "hidden_size": width,
            "intermediate_size": inner,
            "num_hidden_layers": 2,
            "num_attention_heads": heads,
            "max_position_embeddings": 64,
            "type_vocab_size": 2,
            "layer_norm_eps": 1e-5,
            "hidden_act": "gelu",
        }
    return common | {
        "architectures": ["T5ForConditionalGeneration"],
        "d_model": width,
        "d_ff": inner,
        "d_kv": 5,
        "num_heads": heads,
        "num_layers": 2,
        "feed_forward_proj": "gated-gelu",
        "tie_word_embeddings": False,
        "relative_attention_num_buckets": 8,
        "layer_norm_epsilon": 1e-6,
    }


def call(*command):
    """Whether it succeeded, and what it printed; half a minute is far more than it takes."""
    try:
        run = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30
        )
    except subprocess.TimeoutExpired:
        return False, f"{command[0]} takes too long"
    return run.returncode == 0, run.stdout.strip() or f"{command[0]} ended with {run.returncode}"


def attempt(model, package, mesh, tactics, options):
    """What went wrong, or the summary of the comparison."""
    ok, text = call(
        "partitac", model, f"--mesh={mesh}", f"--tactics={','.join(tactics)}", "-o", package, *options
    )
    if not ok:
        return ok, text
    plan = (package / "plan.yaml").read_text()
    inputs = [f"--input={name}=random:1" for name in re.findall(r"kind: input, name: (\w+)", plan)]
    ok, text = call("partita-run", package, "--random-weights=1", "--verify", *inputs)
    return ok, text.splitlines()[-2 if ok else -1].strip()


def main():
    arguments = sys.argv[1:]
    uneven = "--uneven" in arguments
    family, scratch, *options = [each for each in arguments if each != "--uneven"]
    scratch = Path(scratch)
    scratch.mkdir(parents=True, exist_ok=True)
    model = scratch / "config.json"
    model.write_text(json.dumps(config(family, uneven)))
    options = ["--import-batch=4", f"--import-seq={7 if uneven else 8}", *options]
    failures = 0
    cases = CASES + (EXPERT_CASES if family == "mixtral" else ())
    for mesh, *tactics in cases:
        ok, text = attempt(model, scratch / "out.partita", mesh, tactics, options)
        print(f"{'ok  ' if ok else 'FAIL'} {mesh}: {','.join(tactics)}: {text}", flush=True)
        failures += not ok
    print(f"{len(cases) - failures} of {len(cases)} equal to one device")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
