# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints how many numbers the parameters of an imported model have."""

import math
import re
import sys

ARGUMENT = re.compile(r"tensor<([\dx]+)x\w+> \{xformer\.parameter")

with open(sys.argv[1], encoding="utf-8") as model:
    shapes = ARGUMENT.findall(model.read())
print(f"{sum(math.prod(map(int, shape.split('x'))) for shape in shapes):,}")
