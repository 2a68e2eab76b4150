#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks or refreshes the outputs that Markdown pages show.

usage: doc-outputs.py --check|--update [--build=DIR] PAGE.md...
       doc-outputs.py --self-test

A fenced block is an output where the line before it is a comment of one of these forms:

  <!-- run: COMMAND -->             the block is what COMMAND prints
  <!-- run -->                      the block is a session: lines that begin with `$ ` are commands (with
                                    `\\` at the end they go on in the next line), the others are outputs
  <!-- run exit=1: COMMAND -->      COMMAND fails with that status (also for a session: its last command)
  <!-- run needs=PATH: COMMAND -->  skipped, and said to be, where PATH is not there

Commands run in bash from the root of the repository, with the tools of the build folder and of LLVM on
the PATH; stdout and stderr count, in the order in which they come. What changes from run to run, such
as times, goes through sed in the command, or does not belong into a page.
Exit status: 0 all outputs are right (or were refreshed), 1 some are not, 2 wrong usage.
"""
import difflib
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMENT = re.compile(r"<!-- run\b([^:>]*?)(?::(.*?))?-->[ \t]*\n", re.S)
FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[^\n]*\n")


class PageError(Exception):
    """A comment that cannot be understood, or a block that is not there."""


class Block:
    """One comment with its fenced block: `text[begin:end]` is what the page shows."""

    def __init__(self, text, comment):
        self.line = text.count("\n", 0, comment.start()) + 1
        self.exit = 0
        self.needs = []
        for word in comment.group(1).split():
            key, _, value = word.partition("=")
            if key == "exit" and value.isdigit():
                self.exit = int(value)
            elif key == "needs" and value:
                self.needs.append(os.path.expanduser(os.path.expandvars(value)))
            else:
                raise PageError(f"{self.line}: expected exit=N or needs=PATH, got '{word}'")
        self.command = (comment.group(2) or "").strip()
        fence = FENCE.match(text, comment.end())
        if not fence:
            raise PageError(f"{self.line}: expected a fenced block in the line after the comment")
        close = re.compile(rf"^[ \t]*{fence.group(2)}[ \t]*$", re.M).search(text, fence.end())
        if not close:
            raise PageError(f"{self.line}: the fenced block does not end")
        self.indent = fence.group(1)
        self.begin, self.end = fence.end(), close.start()
        shown = text[self.begin : self.end]
        self.shown = "".join(line[len(self.indent) :] or line for line in shown.splitlines(True))

    def run(self, environment):
        """What the block should show."""
        if self.command:
            return run_command(self.command, self.exit, environment, self.line)
        commands = re.findall(r"^\$ (?:[^\n]*\\\n)*[^\n]*$", self.shown, re.M)
        if not commands or not self.shown.startswith("$ "):
            raise PageError(f"{self.line}: expected a block that begins with a command, '$ ...'")
        result = ""
        for number, command in enumerate(commands, 1):
            status = self.exit if number == len(commands) else 0
            result += command + "\n" + run_command(command[2:], status, environment, self.line)
        return result


def run_command(command, status, environment, line):
    # pipefail: `partita-opt ... | head` would otherwise hide that partita-opt is missing. Tools that
    # `head` cuts off end with SIGPIPE, which is no failure.
    script = "set -o pipefail\n" + command
    run = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = run.stdout.decode("utf-8", "replace")
    if run.returncode != status and run.returncode != 128 + 13:
        raise PageError(
            f"{line}: '{command}' ended with status {run.returncode}, expected {status}:\n{output}"
        )
    output = "".join(text.rstrip() + "\n" for text in output.splitlines())
    return output


def process(path, update, environment):
    """Checks or updates one page: (right, wrong, skipped) numbers of blocks."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    right = wrong = skipped = 0
    pieces, end = [], 0
    for comment in COMMENT.finditer(text):
        try:
            block = Block(text, comment)
            missing = [need for need in block.needs if not os.path.exists(os.path.join(ROOT, need))]
            if missing:
                print(f"{path}:{block.line}: skipped, there is no {', '.join(missing)}")
                skipped += 1
                continue
            output = block.run(environment)
        except PageError as error:
            print(f"{path}:{error}")
            wrong += 1
            continue
        if output == block.shown:
            right += 1
            continue
        if update:
            print(f"{path}:{block.line}: refreshed")
            indented = "".join(
                block.indent + line if line.strip() else line for line in output.splitlines(True)
            )
            pieces += [text[end : block.begin], indented]
            end = block.end
            right += 1
        else:
            wrong += 1
            print(f"{path}:{block.line}: the output is another one now:")
            diff = difflib.unified_diff(
                block.shown.splitlines(), output.splitlines(), "page", "now", lineterm=""
            )
            print(*diff, sep="\n")
    if pieces:
        with open(path, "w", encoding="utf-8") as file:
            file.write("".join(pieces) + text[end:])
    return right, wrong, skipped


SELF_TEST = """\
<!-- run: echo one; echo two >&2 -->
```
one
two
```
<!-- run: printf 'a\\n\\nb \\n' -->
  ```sh
  old
  ```
<!-- run -->
```console
$ echo x \\
    y
x y
$ echo 'z'
stale
```
<!-- run exit=3: echo failed; exit 3 -->
````
failed
````
<!-- run needs=no/such/file: echo never -->
```
kept
```
<!-- run: yes | head -n 1 -->
```
y
```
"""
REFRESHED = SELF_TEST.replace("  old\n", "  a\n\n  b\n").replace("stale\n", "z\n")
BROKEN = """\
<!-- run: exit 4 -->
```
```
<!-- run sometimes: true -->
```
```
<!-- run: true -->
no block
<!-- run -->
```
no command
```
<!-- run: true -->
```
"""


def self_test():
    environment = dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "page.md")

        def attempt(text, update):
            with open(page, "w", encoding="utf-8") as file:
                file.write(text)
            numbers = process(page, update, environment)
            with open(page, encoding="utf-8") as file:
                return numbers, file.read()

        results = [
            (attempt(SELF_TEST, False), ((3, 2, 1), SELF_TEST)),
            (attempt(SELF_TEST, True), ((5, 0, 1), REFRESHED)),
            (attempt(REFRESHED, False), ((5, 0, 1), REFRESHED)),
            (attempt(BROKEN, True), ((0, 5, 0), BROKEN)),
        ]
    for number, (got, expected) in enumerate(results, 1):
        if got != expected:
            sys.exit(f"error: case {number} of the self-test: expected {expected}, got {got}")
    print("self-test: passed")


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return self_test()
    mode, build, pages = None, os.path.join("build", "dev"), []
    for argument in arguments:
        if argument in ("--check", "--update"):
            mode = argument
        elif argument.startswith("--build="):
            build = argument.partition("=")[2]
        elif argument.startswith("-"):
            mode = None
            break
        else:
            pages.append(argument)
    if not mode or not pages:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        sys.exit(2)

    environment = dict(os.environ)
    tools = [os.path.join(ROOT, build, "bin"), "/usr/lib/llvm-22/bin"]
    environment["PATH"] = os.pathsep.join(tools + [environment["PATH"]])
    right = wrong = skipped = 0
    for page in pages:
        numbers = process(page, mode == "--update", environment)
        right, wrong, skipped = right + numbers[0], wrong + numbers[1], skipped + numbers[2]
    skips = f", {skipped} skipped" if skipped else ""
    print(f"outputs: {right} right, {wrong} wrong{skips}, in {len(pages)} pages")
    if wrong:
        if mode == "--check":
            print("error: refresh with: utils/doc-outputs.py --update PAGE.md", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
