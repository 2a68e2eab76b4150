# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Configuration of lit, the test runner. One parameter changes how the tests are run:
#   lit -Dpartita_roundtrip=text      partita-opt also gets --verify-roundtrip
#   lit -Dpartita_roundtrip=bytecode  partita-opt reads every module from bytecode
# Only tests that run partita-opt take part in those two; the others count as unsupported there, and
# so does one that says `UNSUPPORTED: roundtrip-text` or `UNSUPPORTED: roundtrip-bytecode`.
#
# Substitutions: %python (one with NumPy), %partita_src, %model_cache.
# Features: model-NAME where the fetched model NAME is in %model_cache; numpy (always); asan.
import os
import shlex
import sys

import lit.formats

sys.path.insert(0, os.path.dirname(__file__))
from roundtrip import PARTITA_OPT, RoundTripTest

roundtrip = lit_config.params.get("partita_roundtrip", "")
if roundtrip not in ("", "text", "bytecode"):
    lit_config.fatal(f"expected partita_roundtrip=text or bytecode, got {roundtrip!r}")

config.name = f"Partita-{roundtrip}" if roundtrip else "Partita"
config.test_format = RoundTripTest(roundtrip) if roundtrip else lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test", ".py"]
config.excludes = ["Unit", "lit.cfg.py", "roundtrip.py", "Inputs", "golden", "Fuzz"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.partita_binary_dir, "test")

binaries = os.path.join(config.partita_binary_dir, "bin")
model_cache = os.environ.get("PARTITA_MODEL_CACHE") or os.path.join(
    config.partita_source_dir, "build", "models"
)
if os.path.isdir(model_cache):
    for model in os.listdir(model_cache):
        if os.path.isfile(os.path.join(model_cache, model, "config.json")):
            config.available_features.add(f"model-{model}")

config.substitutions += [
    ("%python", config.partita_python),
    ("%partita_src", config.partita_source_dir),
    ("%model_cache", model_cache),
]
config.available_features.add("numpy")
if roundtrip:
    config.available_features.add(f"roundtrip-{roundtrip}")
if roundtrip == "text":
    config.substitutions.append((PARTITA_OPT, "partita-opt --verify-roundtrip"))
elif roundtrip == "bytecode":
    through = os.path.join(config.partita_source_dir, "utils", "through-bytecode.py")
    tool = os.path.join(binaries, "partita-opt")
    config.substitutions.append(
        (PARTITA_OPT, shlex.join([sys.executable, through, tool]).replace("\\", r"\\"))
    )

if config.partita_sanitize:
    config.available_features.add("asan")

config.environment["PATH"] = os.pathsep.join(
    [binaries, config.llvm_tools_dir, config.environment["PATH"]]
)
config.environment["FILECHECK_OPTS"] = "-enable-var-scope --allow-unused-prefixes=false"
