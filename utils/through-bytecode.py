#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs partita-opt on bytecode instead of on the text it was given.

usage: through-bytecode.py TOOL [arguments of the tool...]

Writes the input, one chunk of --split-input-file at a time, as bytecode, and runs TOOL with the other
arguments on what it wrote. Output, diagnostics and exit status are then those of a run on the text,
unless something of a module got lost on the way: that is what the tests want to know.
An input that TOOL cannot even print again, and one with expected diagnostics, goes to TOOL as it is.
"""
import os
import subprocess
import sys
import tempfile

SEPARATOR = "// -----"
BYTECODE_MAGIC = b"ML\xefR"
# What decides how TOOL reads its input, and therefore also belongs to the run that writes bytecode.
READING = (
    "allow-unregistered-dialect",
    "no-implicit-module",
    "irdl-file",
    "load-dialect-plugin",
    "load-pass-plugin",
    "dialect-plugin",
    "pass-plugin",
)
# Options whose value may be the next argument, as far as tests use them.
TAKES_VALUE = ("o", "p", "pass-pipeline", "mlir-print-ir-before", "mlir-print-ir-after") + READING[2:]


def option(argument):
    """The name of the option that `argument` gives, without its value; None for a file."""
    if argument == "-" or not argument.startswith("-"):
        return None
    return argument.lstrip("-").split("=", 1)[0]


class Arguments:
    """The arguments of one run, sorted by what they are to this script."""

    def __init__(self, arguments):
        self.input = "-"
        self.output = None
        self.split = None  # the separator, where the input is to be split
        self.verify_diagnostics = False
        self.reading = []  # those of READING
        self.others = []  # all but input, output and split
        rest = iter(arguments)
        for argument in rest:
            name = option(argument)
            if name is None:
                self.input = argument
                continue
            words = [argument]
            if name in TAKES_VALUE and "=" not in argument:
                words.append(next(rest, ""))
            value = words[-1].split("=", 1)[-1] if "=" in argument else words[-1]
            if name == "o":
                self.output = value
                continue
            if name == "split-input-file":
                self.split = value if "=" in argument else SEPARATOR
                continue
            self.verify_diagnostics |= name == "verify-diagnostics"
            if name in READING:
                self.reading += words
            self.others += words


def chunks_of(text, separator):
    """The chunks of `text`, each padded with empty lines so that its line numbers stay right."""
    chunks, start = [], 0
    lines = text.split(b"\n")
    for number, line in enumerate(lines + [separator.encode()]):
        if line.strip() == separator.encode():
            chunks.append(b"\n" * start + b"\n".join(lines[start:number]) + b"\n")
            start = number + 1
    return chunks


def write_bytecode(tool, reading, source, path):
    """Writes `source` as bytecode to `path`; false where the tool cannot even print it again."""
    wrote = subprocess.run([tool, *reading, source, "--emit-bytecode", "-o", path], capture_output=True)
    if wrote.returncode == 0:
        return True
    if subprocess.run([tool, *reading, source], capture_output=True).returncode != 0:
        return False
    sys.stderr.buffer.write(wrote.stderr)
    sys.exit(f"error: {source}: printed as text, but not written as bytecode")


def main():
    tool, arguments = sys.argv[1], sys.argv[2:]
    parsed = Arguments(arguments)
    if parsed.verify_diagnostics:
        os.execvp(tool, [tool, *arguments])
    if parsed.input == "-":
        text = sys.stdin.buffer.read()
    else:
        try:
            with open(parsed.input, "rb") as file:
                text = file.read()
        except OSError:
            os.execvp(tool, [tool, *arguments])

    outputs, status = [], 0
    with tempfile.TemporaryDirectory() as folder:
        # Locations and diagnostics name the file that the text came from.
        name = "stdin.mlir" if parsed.input == "-" else os.path.basename(parsed.input)
        source, bytecode = os.path.join(folder, name), os.path.join(folder, "input.mlirbc")
        for chunk in chunks_of(text, parsed.split) if parsed.split else [text]:
            with open(source, "wb") as file:
                file.write(chunk)
            is_text = not chunk.startswith(BYTECODE_MAGIC)
            written = is_text and write_bytecode(tool, parsed.reading, source, bytecode)
            run = subprocess.run(
                [tool, *parsed.others, bytecode if written else source],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
            outputs.append(run.stdout)
            status = status or run.returncode
    if parsed.output and parsed.output != "-":
        if status == 0:
            with open(parsed.output, "wb") as file:
                file.write((SEPARATOR + "\n").encode().join(outputs))
    else:
        sys.stdout.buffer.write((SEPARATOR + "\n").encode().join(outputs))
    # A signal ends the tool with a negative status; `not --crash` must still see one.
    if status < 0:
        sys.stdout.flush()
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    main()
