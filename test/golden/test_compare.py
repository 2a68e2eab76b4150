#!/usr/bin/env python3
# Part of Partita, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of compare.py: what is right passes, and each kind of wrong does not."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import numpy as np

import compare

CASE = compare.ROOT / "tiny" / "t5-relu" / "golden"


class CompareTest(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.results = Path(scratch.name)

    def run_compare(self, *arguments):
        """Exit status and everything printed."""
        argv = ["compare.py", *map(str, arguments)]
        output = io.StringIO()
        with (
            mock.patch("sys.argv", argv),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            return compare.main(), output.getvalue()

    def save(self, **arrays):
        for name, array in arrays.items():
            np.save(self.results / name, array)

    def save_case(self, **changed):
        golden = {path.stem: np.load(path) for path in CASE.glob("*.npy")}
        self.save(**{**golden, **changed})

    def test_equal_results_pass(self):
        self.save_case()
        status, output = self.run_compare("case", "t5-relu", self.results)
        self.assertEqual(status, 0, output)
        self.assertIn("t5-relu logits: max difference 0.00e+00, bound 1e-04", output)

    def test_one_wrong_value_fails(self):
        logits = np.load(CASE / "logits.npy")
        logits[1, 2, 3] += 2e-4
        self.save_case(logits=logits)
        self.assertEqual(self.run_compare("case", "t5-relu", self.results)[0], 1)
        loose = self.run_compare("case", "t5-relu", self.results, "--tolerance=1e-3")
        self.assertEqual(loose[0], 0)

    def test_not_a_number_fails(self):
        self.save_case(loss=np.float32("nan"))
        status, output = self.run_compare("case", "t5-relu", self.results)
        self.assertEqual(status, 1)
        self.assertIn("error: the results differ from the golden outputs", output)

    def test_wrong_shape_is_an_error(self):
        self.save_case(loss=np.zeros((1,), np.float32))
        status, output = self.run_compare("case", "t5-relu", self.results)
        self.assertEqual(status, 2)
        self.assertIn("loss.npy: expected shape (), got (1,)", output)

    def test_missing_file_is_an_error(self):
        status, output = self.run_compare("case", "t5-relu", self.results)
        self.assertEqual(status, 2)
        self.assertIn("No such file", output)

    def test_unknown_case_lists_the_known(self):
        status, output = self.run_compare("case", "t6", self.results)
        self.assertEqual(status, 2)
        self.assertIn("unknown case 't6', expected one of bert-encoder, ", output)

    def test_minilm(self):
        hidden = np.load(compare.ROOT / "minilm" / "golden" / "hidden.npy")
        self.save(hidden=hidden)
        status, output = self.run_compare("minilm", self.results)
        self.assertEqual(status, 0, output)
        self.assertIn("similarity of sentences 0 and 1: 0.6574 (golden 0.6574)", output)
        hidden[0, 1] *= 1.01
        self.save(hidden=hidden)
        self.assertEqual(self.run_compare("minilm", self.results)[0], 1)

    def smollm2_logits(self):
        """Logits that agree with every sample, and have the right norm."""
        golden = compare.ROOT / "smollm2" / "golden"
        logits = np.zeros((128, 49152), np.float32)
        columns = np.load(golden / "columns.npy")
        logits[:, columns] = np.load(golden / "column_logits.npy")
        top, values = np.load(golden / "top_ids.npy"), np.load(
            golden / "top_logits.npy"
        )
        np.put_along_axis(logits, top, values, axis=-1)
        norm = np.load(golden / "norm.npy").astype(np.float64)
        rest = norm**2 - np.square(logits.astype(np.float64)).sum(-1)
        free = np.setdiff1d(np.arange(49152), np.concatenate([columns, top.ravel()]))
        logits[:, free] = -np.sqrt(rest / free.size)[:, None]
        return logits[None]

    def test_smollm2(self):
        logits = self.smollm2_logits()
        self.save(logits=logits)
        status, output = self.run_compare("smollm2", self.results)
        self.assertEqual(status, 0, output)
        self.assertIn("argmax: agrees at 128 of 128 positions", output)
        self.save(logits=logits * np.float32(1.002))
        self.assertEqual(self.run_compare("smollm2", self.results)[0], 1)

    def test_smollm2_argmax(self):
        logits = self.smollm2_logits()
        runner_up = np.load(compare.ROOT / "smollm2" / "golden" / "top_ids.npy")[5, 1]
        logits[0, 5, runner_up] = logits[0, 5].max() * np.float32(1.00001)
        self.save(logits=logits)
        status, output = self.run_compare("smollm2", self.results)
        self.assertEqual(status, 1)
        self.assertIn("argmax: agrees at 127 of 128 positions", output)


if __name__ == "__main__":
    unittest.main()
