# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tokenizers of the two real models, for plain ASCII text.

The tools of Partita take token ids; these say where the ids in the golden
folders come from, and turn a continuation back into words.
"""

import re

SPECIAL_PREFIX = "##"


def word_piece(text, vocabulary):
    """Ids of an uncased BERT model, with [CLS] in front and [SEP] behind.

    `vocabulary` lists the pieces by id. Words and single punctuation marks are
    cut greedily into the longest pieces; all but the first start with ##.
    """
    ids = {piece: i for i, piece in enumerate(vocabulary)}
    result = [ids["[CLS]"]]
    for word in re.findall(r"\w+|[^\w\s]", text.lower()):
        result += word_pieces(word, ids)
    return result + [ids["[SEP]"]]


def word_pieces(word, ids):
    pieces, start = [], 0
    while start < len(word):
        prefix = SPECIAL_PREFIX if start else ""
        for end in range(len(word), start, -1):
            piece = ids.get(prefix + word[start:end])
            if piece is not None:
                break
        else:
            return [ids["[UNK]"]]
        pieces.append(piece)
        start = end
    return pieces


class BytePairs:
    """Byte-level BPE with the metadata of a GGUF file."""

    # Every digit is a word; other words take the blank in front of them.
    WORDS = re.compile(
        r"[0-9]|'(?:s|t|re|ve|m|ll|d)| ?[A-Za-z]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s"
    )

    def __init__(self, metadata):
        self.tokens = metadata["tokenizer.ggml.tokens"]
        self.ids = {token: i for i, token in enumerate(self.tokens)}
        merges = metadata["tokenizer.ggml.merges"]
        self.rank = {tuple(pair.split(" ")): i for i, pair in enumerate(merges)}
        # Printable bytes stand for themselves, the others for 256 and up.
        printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
        others = [byte for byte in range(256) if byte not in printable]
        self.letter = {byte: chr(byte) for byte in printable}
        self.letter |= {byte: chr(256 + i) for i, byte in enumerate(others)}

    def merge(self, word):
        parts = list(word)
        while len(parts) > 1:
            pairs = list(zip(parts, parts[1:]))
            best = min(pairs, key=lambda pair: self.rank.get(pair, len(self.rank)))
            if best not in self.rank:
                break
            i = pairs.index(best)
            parts[i : i + 2] = ["".join(best)]
        return parts

    def encode(self, text):
        ids = []
        for word in self.WORDS.findall(text):
            letters = "".join(self.letter[byte] for byte in word.encode())
            ids += [self.ids[part] for part in self.merge(letters)]
        return ids

    def decode(self, ids):
        byte = {letter: byte for byte, letter in self.letter.items()}
        text = "".join(self.tokens[i] for i in ids)
        return bytes(byte[letter] for letter in text).decode(errors="replace")
