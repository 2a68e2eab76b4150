# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the benchmarks share: where the tools are, and what a run of one takes."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def add_bin_option(parser):
    parser.add_argument(
        "--bin",
        type=Path,
        default=ROOT / "build" / "dev" / "bin",
        help="folder of the tools (default: build/dev/bin)",
    )


def find_tool(parser, arguments, name):
    tool = arguments.bin / name
    if not tool.exists():
        parser.error(f"{tool}: no such file; build it, or name its folder with --bin")
    return tool


def run(command, **options):
    """Wall-clock seconds and peak memory in MB; a command that fails ends the benchmark."""
    start = time.perf_counter()
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"error: {command[0]} failed with status {process.returncode}")
    # Linux counts in KiB, macOS in bytes.
    return seconds, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)
