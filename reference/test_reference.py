"""Tests of these scripts: python -m unittest discover reference

The cases of the folder named by TORNADO_ATTENTION_REFERENCE are checked too, where it is set.
"""

import glob
import json
import os
import struct
import subprocess
import sys
import tempfile
import unittest

try:
    import torch
except ImportError as error:
    raise unittest.SkipTest("not run: this Python has no torch") from error

import make_cases
import tensorfile
from case_list import CASES
from modules import MODULES, build

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = "TORNADO_ATTENTION_REFERENCE"
FLOAT64 = 1e-12  # another order of the same float64 sums
GRADIENT = 1e-6  # gradients are stored in float32
ZERO = 1e-7  # of the case's largest gradient: gradients that are zero in theory are noise in practice


def check_case(test, path):
    """Runs the module of a case in float64 and compares outputs, gradients and running statistics."""
    tensors, metadata = tensorfile.read(path)
    state = {name[6:]: value for name, value in tensors.items() if name.startswith("param.")}
    module = build(metadata["module"], json.loads(metadata["config"])).double()
    module.load_state_dict(make_cases.double(state))
    make_cases.set_mode(module, metadata["mode"] == "train")
    inputs = {}
    for name in json.loads(metadata["inputs"]):
        inputs[name] = make_cases.double({name: tensors[name]})[name]
        inputs[name].requires_grad_(inputs[name].is_floating_point())
    outputs, _ = make_cases.run(module, inputs)
    names = json.loads(metadata["outputs"])
    test.assertEqual(len(names), len(outputs))
    for name, y in zip(names, outputs):
        close(test, y, tensors[name.replace("output", "output64")], FLOAT64, f"{path}: {name}")
    if json.loads(metadata["has_grads"]):
        check_gradients(test, path, tensors, module, inputs, dict(zip(names, outputs)))
    after = {name for name in tensors if name.startswith("after.")}
    for name in after:
        close(test, module.state_dict()[name[6:]].double(), tensors[name].double(), 2e-7, f"{path}: {name}")
    test.assertEqual(bool(after), metadata["mode"] == "train")


def check_gradients(test, path, tensors, module, inputs, outputs):
    sum((y * tensors[name.replace("output", "grad_output")].double()).sum() for name, y in outputs.items()).backward()
    largest = max(value.abs().max().item() for name, value in tensors.items() if name.startswith("grad."))
    sources = {f"grad.{name}": value for name, value in inputs.items() if value.is_floating_point()}
    sources.update({f"grad.param.{name}": value for name, value in module.named_parameters()})
    for name, source in sources.items():
        expected = tensors[name].double()
        actual = torch.zeros_like(expected) if source.grad is None else source.grad
        bound = max(GRADIENT * expected.abs().max().item(), ZERO * largest)
        test.assertLessEqual((actual - expected).abs().max().item(), bound, f"{path}: {name}")


def close(test, actual, expected, tolerance, what):
    test.assertEqual(list(actual.shape), list(expected.shape), what)
    test.assertTrue(torch.equal(torch.isnan(actual), torch.isnan(expected)), f"{what}: NaN elsewhere")
    actual, expected = torch.nan_to_num(actual.detach()), torch.nan_to_num(expected)
    worst = (actual - expected).abs().max().item()
    test.assertLessEqual(worst, tolerance * expected.abs().max().item(), what)


class MakeCasesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        torch.set_num_threads(1)
        cls.paths = make_cases.make_all(cls.folder.name, set(MODULES), seed=3)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_every_module_has_cases_and_train_mode_where_it_has_a_batch_norm(self):
        self.assertEqual({case.module for case in CASES}, set(MODULES))
        self.assertEqual(len({(case.module, case.tag) for case in CASES}), len(CASES))
        trained = {case.module for case in CASES if case.train}
        for case in CASES:
            module = build(case.module, make_cases.complete(case))
            if any("running_mean" in name for name, _ in module.named_buffers()):
                self.assertIn(case.module, trained)

    def test_cases_are_read_back_and_computed_again(self):
        for path in self.paths:
            with self.subTest(os.path.basename(path)):
                check_case(self, path)

    def test_nan_is_marked(self):
        marked = set()
        for path in self.paths:
            tensors, metadata = tensorfile.read(path)
            if metadata["finite"] == "false":
                marked.add(metadata["case"])
                self.assertTrue(torch.isnan(tensors["output64"]).any())
                self.assertFalse([name for name in tensors if name.startswith("grad")])
        self.assertEqual(
            marked,
            {"SRM__one_pixel", "SqrtmLayer__zero_trace", "ScaledDotProductAttention__hidden_query"},
        )

    def test_the_seed_decides(self):
        case = next(case for case in CASES if case.module == "EncModule" and case.train)
        first, metadata = make_cases.make_case(case, 3)
        again, _ = make_cases.make_case(case, 3)
        other, _ = make_cases.make_case(case, 4)
        self.assertTrue(all(torch.equal(first[name], again[name]) for name in first))
        self.assertFalse(torch.equal(first["input"], other["input"]))
        stored, kept = tensorfile.read(os.path.join(self.folder.name, metadata["case"] + ".safetensors"))
        self.assertEqual(kept, metadata)
        self.assertTrue(all(torch.equal(first[name], stored[name]) for name in first))

    def test_index_and_checksums_cover_all_files(self):
        with open(os.path.join(self.folder.name, "index.json"), encoding="utf-8") as file:
            listed = {entry["file"]: entry for entry in json.load(file)}
        self.assertEqual(set(listed), {os.path.basename(path) for path in self.paths})
        for path in self.paths:
            self.assertEqual(listed[os.path.basename(path)]["bytes"], os.path.getsize(path))
        with open(os.path.join(self.folder.name, "SHA256SUMS"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), len(self.paths) + 2)

    def test_the_given_reference_agrees(self):
        folder = os.environ.get(FOLDER)
        if not folder:
            self.skipTest(f"not run: {FOLDER} names no folder of reference cases")
        paths = sorted(glob.glob(os.path.join(folder, "*.safetensors")))
        self.assertTrue(paths)
        for path in paths:
            with self.subTest(os.path.basename(path)):
                check_case(self, path)


class TensorFileTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "t.safetensors")

    def tearDown(self):
        self.folder.cleanup()

    def test_every_type_and_shape_survives(self):
        tensors = {
            "a": torch.tensor([[1.5, -2.0]]),
            "b": torch.tensor([True, False, True]),
            "c": torch.tensor(7),
            "d": torch.tensor([0.1], dtype=torch.float64),
            "e": torch.empty(0, 3),
            "f": torch.tensor([1.0, 2.0], dtype=torch.float16),
            "g": torch.arange(6).reshape(2, 3).t(),
        }
        tensorfile.write(self.path, tensors, {"key": "wörd"})
        read, metadata = tensorfile.read(self.path)
        self.assertEqual(metadata, {"key": "wörd"})
        self.assertEqual(set(read), set(tensors))
        for name, tensor in tensors.items():
            self.assertEqual(read[name].dtype, tensor.dtype, name)
            self.assertTrue(torch.equal(read[name], tensor), name)

    def test_offsets_are_aligned_and_without_gaps(self):
        tensorfile.write(self.path, {"x": torch.tensor([True]), "y": torch.ones(3, dtype=torch.float64)}, {})
        with open(self.path, "rb") as file:
            length = struct.unpack("<Q", file.read(8))[0]
            header = json.loads(file.read(length))
        self.assertEqual(length % 8, 0)
        self.assertEqual(header["y"]["data_offsets"], [0, 24])
        self.assertEqual(header["x"]["data_offsets"], [24, 25])

    def test_bfloat16_is_widened(self):
        header = json.dumps({"h": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
        with open(self.path, "wb") as file:
            file.write(struct.pack("<Q", len(header)) + header + struct.pack("<HH", 0x3FC0, 0xC000))
        self.assertEqual(tensorfile.read(self.path)[0]["h"].tolist(), [1.5, -2.0])

    def test_broken_files_are_refused(self):
        for content, words in (
            (b"\0", "not a safetensors file"),
            (struct.pack("<Q", 1 << 60), "not a safetensors file"),
            (self._with([3], [0, 8]), "does not have the bytes"),
        ):
            with open(self.path, "wb") as file:
                file.write(content)
            with self.assertRaisesRegex(ValueError, words):
                tensorfile.read(self.path)

    @staticmethod
    def _with(shape, offsets):
        header = json.dumps({"t": {"dtype": "F32", "shape": shape, "data_offsets": offsets}}).encode()
        return struct.pack("<Q", len(header)) + header + bytes(8)


class PeerTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.server = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "peer.py"), "--threads", "1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tearDown(self):
        self.server.stdin.close()
        self.server.wait(60)
        self.server.stdout.close()
        self.folder.cleanup()

    def ask(self, **request):
        return self.send(json.dumps(request))

    def send(self, line):
        self.server.stdin.write(line + "\n")
        self.server.stdin.flush()
        return json.loads(self.server.stdout.readline())

    def make(self, module):
        case = next(case for case in CASES if case.module == module)
        tensors, metadata = make_cases.make_case(case, 5)
        path = os.path.join(self.folder.name, module + ".safetensors")
        tensorfile.write(path, tensors, metadata)
        return path, tensors, json.loads(metadata["config"])

    def test_a_whole_conversation(self):
        hello = self.ask(op="hello")
        self.assertEqual((hello["ok"], hello["torch"], hello["threads"]), (True, torch.__version__, 1))
        for module in ("EncModule", "ScaledDotProductAttention", "MultiSpectralAttentionLayer"):
            path, tensors, config = self.make(module)
            self.assertEqual(self.ask(op="load", id=module, module=module, config=config, weights=path, inputs=path),
                             {"ok": True})
            output = os.path.join(self.folder.name, "out.safetensors")
            ran = self.ask(op="run", id=module, output=output)
            self.assertTrue(ran["ok"], ran)
            for name, tensor in tensorfile.read(output)[0].items():
                expected = tensors[name.replace("output", "output64")]
                close(self, tensor.double(), expected, 1e-5, f"{module} {name}")
            timed = self.ask(op="time", id=module, seconds=0, min_iterations=7)
            self.assertEqual(len(timed["samples_ns"]), 7)
            self.assertTrue(all(sample > 0 for sample in timed["samples_ns"]))
            self.assertEqual(self.ask(op="unload", id=module), {"ok": True})
        self.assertEqual(self.ask(op="quit"), {"ok": True})
        self.assertEqual(self.server.wait(60), 0)

    def test_mistakes_are_answered_and_do_not_end_it(self):
        path, _, config = self.make("ECA")
        load = {"op": "load", "id": "a", "module": "ECA", "config": config, "weights": path, "inputs": path}
        for request, words in (
            ({"op": "dance"}, "no operation 'dance'"),
            ({"op": "run", "id": "z"}, "Nothing is loaded under the id 'z'"),
            ({"op": "load", "module": "ECA"}, "needs 'id'"),
            ({**load, "module": "CBAM"}, "no module 'CBAM'"),
            ({**load, "config": {"size": 3}}, "do not fit ECA"),
            ({**load, "config": {"k_size": 5}}, "size mismatch"),
            ({**load, "weights": path + ".missing"}, "No such file"),
        ):
            reply = self.ask(**request)
            self.assertFalse(reply["ok"])
            self.assertIn(words, reply["error"])
        self.assertIn("JSON object", self.send("[1]")["error"])
        self.assertFalse(self.send("{nonsense")["ok"])
        if not hasattr(torch, "compile"):
            self.assertIn("no torch.compile", self.ask(**load, runtime="compile")["error"])
        self.assertEqual(self.ask(**load), {"ok": True})
        self.assertTrue(self.ask(op="time", id="a", seconds=0.01)["ok"])


class PapersTest(unittest.TestCase):
    def test_networks_are_as_large_as_published(self):
        for name, parameters in (("fcanet50", 28071976), ("eca_resnet50", 25557112), ("epsanet50", 22561715)):
            network = build(name, {"height": 224, "width": 224})
            self.assertEqual(parameters, sum(p.numel() for p in network.parameters()))


if __name__ == "__main__":
    unittest.main()
