#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the examples in the documentation of a dialect are what its tests parse.

usage: check_examples.py DIR_WITH_TD_FILES TEST.mlir...

The dialect is called like the folder. Every op, attribute and type with a mnemonic has an example in its
description, and every statement of an example must stand in one of the tests, apart from how it is broken
into lines.
"""
import pathlib
import re
import sys


def squeeze(text):
    return " ".join(text.split())


def statements(example, dialect):
    """The ops, attributes and types of an example: each begins at the start of a line, an op with the
    names of its results if it has any."""
    start = rf"^(?=%|{dialect}\.|#{dialect}\b|!{dialect}\b)"
    return [squeeze(part) for part in re.split(start, example, flags=re.M) if part.strip()]


def main():
    folder, tests = pathlib.Path(sys.argv[1]), sys.argv[2:]
    dialect = folder.name.lower()
    tested = squeeze("\n".join(pathlib.Path(test).read_text() for test in tests))
    failures, found = [], 0
    for path in sorted(folder.glob("*.td")):
        for definition in re.split(r"^(?=def )", path.read_text(), flags=re.M)[1:]:
            # An op, or an attribute or a type: `def X_YOp : Class<..., "mnemonic"`.
            names = re.match(r'def \w+?(Op|Attr|Type)\b[^"]*(?:"\w+", )?"(\w+)"', definition)
            if not names or "description = [{" not in definition:
                continue
            mnemonic = re.search(r'let mnemonic = "(\w+)"', definition)
            mnemonic = mnemonic[1] if mnemonic else names[2]
            examples = re.findall(r"```mlir\n(.*?)```", definition, flags=re.S)
            parts = [
                part
                for example in examples
                for part in statements(re.sub("^    ", "", example, flags=re.M), dialect)
            ]
            if not any(re.search(rf"\b{dialect}\.{mnemonic}\b", part) for part in parts):
                failures.append(f"{path.name}: {mnemonic} has no example")
            found += len(parts)
            failures += [
                f"{path.name}: no test has the example: {part}" for part in parts if part not in tested
            ]
    print(*failures, f"{found} examples", sep="\n")
    sys.exit(bool(failures))


main()
