# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a safetensors file of f32 tensors.

usage: make_safetensors.py FILE "{'name': nested list, ...}"
"""
import ast
import json
import struct
import sys

import numpy as np

path, tensors = sys.argv[1], ast.literal_eval(sys.argv[2])
header, data = {}, b""
for name, values in tensors.items():
    array = np.array(values, "<f4")
    end = len(data) + array.nbytes
    header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), end]}
    data += array.tobytes()
text = json.dumps(header).encode()
with open(path, "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
