# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""usage: make_wheel.py FOLDER LOCK

Makes a wheel with one model file in FOLDER, and the lock file that asks for it.
"""

import hashlib
import sys
import zipfile
from pathlib import Path

WHEEL = "partita_test_model-1.0-py3-none-any.whl"
WEIGHTS = b"weights" * 1000
FILES = {
    "partita_test_model/weights.bin": WEIGHTS,
    "partita_test_model-1.0.dist-info/METADATA": (
        b"Metadata-Version: 2.1\nName: partita-test-model\nVersion: 1.0\n"
    ),
    "partita_test_model-1.0.dist-info/WHEEL": (
        b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    ),
    "partita_test_model-1.0.dist-info/RECORD": b"",
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


folder, lock = map(Path, sys.argv[1:])
folder.mkdir(parents=True)
with zipfile.ZipFile(folder / WHEEL, "w") as archive:
    for name, content in FILES.items():
        archive.writestr(zipfile.ZipInfo(name), content)
lock.write_text(
    "# A comment, and a blank line.\n\n"
    "model  tiny\n"
    f"wheel  partita-test-model==1.0 {WHEEL} {sha256((folder / WHEEL).read_bytes())}\n"
    f"member weights.bin {len(WEIGHTS)} {sha256(WEIGHTS)} partita_test_model/weights.bin\n"
    "local  config.json examples/models/gpt2/config.json\n"
)
