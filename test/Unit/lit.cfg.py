# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The GoogleTest binaries as one lit suite: every executable of build/PRESET/test/Unit whose name ends
# in `Tests` (partita_add_unit_test puts it there).
import os

import lit.formats

config.name = "Partita-Unit"
config.test_exec_root = os.path.join(config.partita_binary_dir, "test", "Unit")
config.test_source_root = config.test_exec_root
config.test_format = lit.formats.GoogleTest(".", "Tests")
