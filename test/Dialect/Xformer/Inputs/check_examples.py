#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the examples in the documentation of the ops are what the tests parse.

usage: check_examples.py DIR_WITH_TD_FILES TEST.mlir...

An op counts as documented when its description has an example; each op of an example must stand in
one of the tests, apart from how it is broken into lines.
"""
import pathlib
import re
import sys


def squeeze(text):
    return " ".join(text.split())


def statements(example):
    """The ops of an example: each begins with the names of its results at the start of a line."""
    lines = re.split(r"^(?=%)", example, flags=re.M)
    return [squeeze(line) for line in lines if line.startswith("%")]


def main():
    folder, tests = pathlib.Path(sys.argv[1]), sys.argv[2:]
    tested = squeeze("\n".join(pathlib.Path(test).read_text() for test in tests))
    failures, found = [], 0
    for path in sorted(folder.glob("*.td")):
        for definition in re.split(r"^(?=def )", path.read_text(), flags=re.M)[1:]:
            name = re.match(r"def (\w+)", definition)[1]
            if not name.endswith("Op"):
                continue
            mnemonic = re.search(r'<"(\w+)"', definition)[1]
            examples = re.findall(r"```mlir\n(.*?)```", definition, flags=re.S)
            ops = [op for example in examples for op in statements(re.sub("^    ", "", example, flags=re.M))]
            if not any(f"xformer.{mnemonic} " in op for op in ops):
                failures.append(f"{path.name}: {mnemonic} has no example")
            found += len(ops)
            failures += [f"{path.name}: no test has the example: {op}" for op in ops if op not in tested]
    print(*failures, f"{found} examples", sep="\n")
    sys.exit(bool(failures))


main()
