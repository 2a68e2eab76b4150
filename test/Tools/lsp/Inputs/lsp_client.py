#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Opens a file in partita-lsp-server, as an editor would, and prints what the server says.

usage: lsp_client.py FILE [--hover=TEXT] [--definition=TEXT] [--complete=TEXT]...

The options ask about the first place in the file where TEXT stands; completion, about the place
behind it. Positions are printed as LINE:COLUMN, counted from 1 as in diagnostics.
Exit status: 0 if the server answered everything and left in order, 1 otherwise.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import threading

TIMEOUT = 60  # seconds for the whole conversation; the server is killed after them


class Server:
    """A running server, spoken to in JSON-RPC over pipes."""

    def __init__(self):
        self.process = subprocess.Popen(
            ["partita-lsp-server", "--log=error"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.watchdog = threading.Timer(TIMEOUT, self.process.kill)
        self.watchdog.start()
        self.last_id = 0

    def send(self, method, params, **ids):
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **ids}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def receive(self):
        length = None
        while (line := self.process.stdout.readline().strip()) or length is None:
            if not line:
                sys.exit("error: the server left in the middle of the conversation")
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def request(self, method, params):
        """Sends a request and returns its result; what else arrives before that is dropped."""
        self.last_id += 1
        self.send(method, params, id=self.last_id)
        while (message := self.receive()).get("id") != self.last_id:
            pass
        if "error" in message:
            sys.exit(f"error: {method}: {message['error']['message']}")
        return message["result"]

    def wait_for(self, method):
        """The parameters of the next notification `method`."""
        while (message := self.receive()).get("method") != method:
            pass
        return message["params"]

    def leave(self):
        self.request("shutdown", None)
        self.send("exit", None)
        status = self.process.wait()
        self.watchdog.cancel()
        return status


def position_of(text, source):
    if (offset := source.find(text)) < 0:
        sys.exit(f"error: {text!r} does not occur in the file")
    line = source.count("\n", 0, offset)
    return {"line": line, "character": offset - (source.rfind("\n", 0, offset) + 1)}


def shown(position):
    return f"{position['line'] + 1}:{position['character'] + 1}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--hover", action="append", default=[])
    parser.add_argument("--definition", action="append", default=[])
    parser.add_argument("--complete", action="append", default=[])
    arguments = parser.parse_args()
    source, uri = arguments.file.read_text(), arguments.file.resolve().as_uri()
    document = {"uri": uri}

    server = Server()
    result = server.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    print("server:", result["serverInfo"]["name"])
    server.send("initialized", {})

    server.send(
        "textDocument/didOpen",
        {"textDocument": {**document, "languageId": "mlir", "version": 1, "text": source}},
    )
    published = server.wait_for("textDocument/publishDiagnostics")
    print("diagnostics:", len(published["diagnostics"]))
    for diagnostic in published["diagnostics"]:
        severity = {1: "error", 2: "warning", 3: "note"}[diagnostic["severity"]]
        print(f"{shown(diagnostic['range']['start'])}: {severity}: {diagnostic['message']}")

    def ask(method, position):
        return server.request(f"textDocument/{method}", {"textDocument": document, "position": position})

    for text in arguments.hover:
        hover = ask("hover", position_of(text, source))
        print(f"hover over {text}:", hover["contents"]["value"] if hover else "nothing", sep="\n")
    for text in arguments.definition:
        places = ask("definition", position_of(text, source))
        print(f"definition of {text}:", *(shown(place["range"]["start"]) for place in places))
    for text in arguments.complete:
        position = position_of(text, source)
        position["character"] += len(text)
        items = ask("completion", position)["items"]
        print(f"completion of {text}:", *sorted(item["label"] for item in items))

    sys.exit(server.leave())


main()
