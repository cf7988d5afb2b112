"""Times PyTorch and ONNX Runtime for the comparison: python peer.py --threads N [--device cpu|cuda].

One JSON object a line comes in, one goes out for each; README.md beside this file lists the requests. A request that
fails is answered with {"ok": false, "error": sentence}; only "quit" and the end of the input end the server.
"""

import argparse
import contextlib
import inspect
import json
import os
import platform
import re
import sys
import tempfile
import time
import warnings

import torch

import tensorfile
from modules import build

MAX_SAMPLES = 1_000_000
LEARNING_RATE = 1e-3  # of training steps, as our side takes it


class Refusal(Exception):
    """A request that cannot be done; the text is a sentence for the person who asked."""


class Work:
    """What is loaded: a call without arguments, the mode it runs in, and what undoes the first call."""

    def __init__(self, call, mode=torch.inference_mode, restore=lambda: None):
        self.call = call
        self.mode = mode
        self.restore = restore


class Server:
    """Loaded modules with their inputs, by the id of the request that loaded them."""

    def __init__(self, device, threads):
        self.device = torch.device(device)
        self.threads = threads
        self.loaded = {}  # by id: a Work
        torch.set_num_threads(threads)
        # the comparison is in float32: without this, convolutions on a GPU round their inputs to 10 bits
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.benchmark = True

    def answer(self, request):
        """The reply to one request; raises Refusal or whatever PyTorch raises."""
        operations = {"hello": self.hello, "load": self.load, "run": self.run, "time": self.time, "unload": self.unload}
        operation = request.get("op")
        if operation not in operations:
            raise Refusal(f"There is no operation {operation!r}; use {', '.join(operations)} or quit.")
        return operations[operation](request)

    def hello(self, _):
        reply = {
            "torch": str(torch.__version__),
            "python": platform.python_version(),
            "threads": torch.get_num_threads(),
            "device": device_name(self.device),
            "device_type": self.device.type,
            "mkldnn": torch.backends.mkldnn.is_available(),
            "blas": blas(),
            "cpu_capability": capability(),
            "compile": hasattr(torch, "compile"),
            "onnxruntime": onnxruntime_version() if self.device.type == "cpu" else None,
        }
        if self.device.type == "cuda":
            reply["cuda"] = torch.version.cuda
            reply["cudnn"] = str(torch.backends.cudnn.version())
            reply["tf32"] = False
        return reply

    def load(self, request):
        identity = needed(request, "id")
        runtime = request.get("runtime", "eager")
        if runtime not in ("eager", "compile", "onnxruntime"):
            raise Refusal(f"There is no runtime {runtime!r}; use eager, compile or onnxruntime.")
        passing = request.get("pass", "forward")
        if passing not in ("forward", "gradient", "training"):
            raise Refusal(f"There is no pass {passing!r}; use forward, gradient or training.")
        module = build(needed(request, "module"), request.get("config") or {})
        module.load_state_dict(self._weights(module, request.get("weights")))
        module = module.to(self.device).eval()
        if runtime == "compile" and not hasattr(torch, "compile"):
            raise Refusal(f"PyTorch {torch.__version__} has no torch.compile; use 2.0 or later.")
        if passing == "forward":
            work = self._forward(module, request, runtime)
        elif runtime == "onnxruntime":
            raise Refusal("ONNX Runtime computes no gradients; use eager or compile.")
        elif passing == "gradient":
            work = self._gradient(module, request, runtime)
        else:
            work = self._training(module, request, runtime)
        with work.mode():
            work.call()  # a mistake shows here, and compilation is not timed
        work.restore()
        self._synchronise()
        self.loaded[identity] = work
        return {}

    def _forward(self, module, request, runtime):
        inputs = self._inputs(module, needed(request, "inputs"))
        if runtime == "onnxruntime":
            return Work(self._session(module, inputs))
        if runtime == "compile":
            module = torch.compile(module)
        return Work(lambda: module(**inputs))

    def _gradient(self, module, request, runtime):
        """Forward, and the gradients of all inputs and parameters; the last tensor of the inputs is the output's gradient."""
        path = needed(request, "inputs")
        seed = tensorfile.read(path)[0]["grad_output"].to(self.device)
        inputs = {name: value.requires_grad_() for name, value in self._inputs(module, path).items()}
        parameters = dict(module.named_parameters())
        wanted = list(inputs.values()) + [parameters[name] for name in request.get("parameters") or []]
        if runtime == "compile":
            module = torch.compile(module)

        def call():
            output = module(**inputs)
            output = output[0] if isinstance(output, tuple) else output
            return (output, *torch.autograd.grad(output, wanted, seed))

        return Work(call, contextlib.nullcontext)

    def _training(self, module, request, runtime):
        """A step: batch statistics, cross entropy, gradients of all parameters, an update; returns the loss and the gradients."""
        tensors = tensorfile.read(needed(request, "inputs"))[0]
        labels = tensors.pop("labels").to(self.device).long()
        images = next(iter(tensors.values())).to(self.device)
        parameters = dict(module.named_parameters())
        wanted = [parameters[name] for name in request.get("parameters") or []]
        start = {name: value.clone() for name, value in module.state_dict().items()}
        plain = module.train()
        optimizer = torch.optim.SGD(plain.parameters(), lr=LEARNING_RATE, momentum=0.9)
        if runtime == "compile":
            module = torch.compile(module)

        def call():
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(module(images), labels)
            loss.backward()
            optimizer.step()
            return (loss.detach().reshape(1), *(p.grad for p in wanted))

        def restore():
            plain.load_state_dict(start)
            optimizer.state.clear()

        return Work(call, contextlib.nullcontext, restore)

    def _session(self, module, inputs):
        """A call of ONNX Runtime on what PyTorch exports; inputs and outputs are NumPy's."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path = os.path.join(folder, "module.onnx")
            with torch.no_grad():
                torch.onnx.export(
                    module, tuple(inputs.values()), path, dynamo=False, opset_version=17, input_names=list(inputs)
                )
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        arrays = {name: value.numpy() for name, value in inputs.items()}
        arrays = {i.name: arrays[i.name] for i in session.get_inputs()}
        return lambda: tuple(session.run(None, arrays))

    def _weights(self, module, path):
        state = {} if path is None else tensorfile.read(path)[0]
        prefixed = {name[6:]: value for name, value in state.items() if name.startswith("param.")}
        state = prefixed or state  # a whole reference case, or a plain state_dict
        for name, buffer in module.named_buffers():  # counters and fixed filters may be left out
            if name.endswith("num_batches_tracked") or name == "dct_layer.weight":
                state.setdefault(name, buffer)
        return state

    def _inputs(self, module, path):
        tensors, _ = tensorfile.read(path)
        parameters = inspect.signature(module.forward).parameters
        first = next(iter(parameters))
        if len(tensors) == 1 and first not in tensors:  # timm calls its images x
            tensors = {first: next(iter(tensors.values()))}
        missing = [name for name, p in parameters.items() if p.default is p.empty and name not in tensors]
        if missing:
            raise Refusal(f"{path} lacks the input {', '.join(missing)}; name its tensors {', '.join(parameters)}.")
        return {name: tensors[name].to(self.device) for name in parameters if name in tensors}

    def run(self, request):
        work = self._find(request)
        path = needed(request, "output")
        with work.mode():
            outputs = work.call()
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        outputs = [torch.as_tensor(output).detach() for output in outputs]
        names = ["output" if i == 0 else f"output.{i}" for i in range(len(outputs))]
        tensorfile.write(path, dict(zip(names, outputs)), {"torch": str(torch.__version__)})
        return {"outputs": names}

    def time(self, request):
        work = self._find(request)
        call = work.call
        seconds = float(request.get("seconds", 1.0))
        least = int(request.get("min_iterations", 1))
        samples = []
        with work.mode():
            self._synchronise()
            stop = time.perf_counter_ns() + int(seconds * 1e9)
            while (len(samples) < least or time.perf_counter_ns() < stop) and len(samples) < MAX_SAMPLES:
                start = time.perf_counter_ns()
                call()
                self._synchronise()
                samples.append(time.perf_counter_ns() - start)
        return {"samples_ns": samples}

    def unload(self, request):
        self._find(request)
        del self.loaded[request["id"]]
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        return {}

    def _find(self, request):
        identity = needed(request, "id")
        if identity not in self.loaded:
            raise Refusal(f"Nothing is loaded under the id {identity!r}; load it first.")
        return self.loaded[identity]

    def _synchronise(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def needed(request, key):
    if request.get(key) is None:
        raise Refusal(f"The request {request.get('op')!r} needs {key!r}; add it.")
    return request[key]


def onnxruntime_version():
    """Of the package, where it is there with what exporting needs; else None."""
    try:
        import onnx  # noqa: F401
        import onnxruntime
    except ImportError:
        return None
    return str(onnxruntime.__version__)


def device_name(device):
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def blas():
    """The library of matrix products as PyTorch's build names it."""
    found = re.search(r"BLAS_INFO=(\w+)", torch.__config__.show())
    return found.group(1) if found else "unknown"


def capability():
    for line in torch.__config__.show().splitlines():
        if "CPU capability usage" in line:
            return line.rpartition(":")[2].strip()
    return "unknown"


def sentence(error):
    """One line for any exception."""
    text = " ".join(str(error).split())
    if isinstance(error, (Refusal, ValueError)):
        return text
    return f"{type(error).__name__}: {text[:500] or 'no message'}"


def serve(server, requests, replies):
    for line in requests:
        if not line.strip():
            continue
        try:
            request = json.loads(line)
            if not isinstance(request, dict):
                raise Refusal("A request is a JSON object on one line; send one.")
            if request.get("op") == "quit":
                reply = {"ok": True}
            else:
                reply = {"ok": True, **server.answer(request)}
        except Exception as error:  # whatever went wrong belongs to this request, not to the server
            request = {}
            reply = {"ok": False, "error": sentence(error)}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
        if request.get("op") == "quit":
            return


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads on the CPU")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"), help="where the modules run")
    options = parser.parse_args(arguments)
    if options.threads < 1:
        parser.error("a thread at least is needed; pass --threads 1 or more")
    if options.device == "cuda" and not torch.cuda.is_available():
        parser.error("this PyTorch sees no CUDA device; pass --device cpu")
    # replies own the real standard output; what libraries print there goes to standard error
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    requests = open(0, encoding="utf-8", errors="replace")
    try:
        serve(Server(options.device, options.threads), requests, replies)
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # the caller is gone or going
    return 0


if __name__ == "__main__":
    sys.exit(main())
