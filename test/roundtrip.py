# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The lit test format of the two round-trip runs (see lit.cfg.py)."""
import re

import lit.Test
from lit.formats import ShTest

# A command of its own, not a part of a path, of a longer name or of a file's name.
PARTITA_OPT = r"(?<![-\w/.%])partita-opt(?![-\w.])"


def runs_partita_opt(text, without):
    """Whether a RUN line of `text` runs partita-opt, and without the option `without`."""
    script = "\n".join(re.findall(r"RUN:(.*)", text)).replace("\\\n", " ")
    return any(
        re.search(PARTITA_OPT, command) and not (without and without in command)
        for command in re.split(r"[\n|;&]", script)
    )


class RoundTripTest(ShTest):
    """Runs a test only where the round trip changes what it does; others are unsupported."""

    def __init__(self, mode):
        super().__init__(execute_external=True)
        # Expected diagnostics stand in the text, and bytecode has no comments.
        self.without = "-verify-diagnostics" if mode == "bytecode" else ""

    def execute(self, test, lit_config):
        with open(test.getSourcePath(), encoding="utf-8", errors="replace") as source:
            if not runs_partita_opt(source.read(), self.without):
                return lit.Test.Result(lit.Test.UNSUPPORTED, "no module to round-trip")
        return super().execute(test, lit_config)
