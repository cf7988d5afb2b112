"""Makes reference cases: python reference/make_cases.py OUT [--modules ECA SRM ...] [--seed N].

Every case is one .safetensors file with inputs, random weights, the float32 and float64 outputs of PyTorch and the
float64 gradients, as README.md beside this file describes it. The same seed and PyTorch give the same bytes.
"""

import argparse
import copy
import hashlib
import inspect
import json
import math
import os
import sys
import zlib

import torch
from torch import nn

import tensorfile
from case_list import CASES
from modules import MODULES, build, dct_filters, eca_kernel_size, frequency_indices

ATTEMPTS = 50
# arguments that say nothing about the result, left out of a case's settings unless they are given
UNSAID = {("GlobalContext", "timm"), ("ECA", "adaptive"), ("LSTMCell", "dropout")}


def complete(case):
    """The settings of a case with the constructor's defaults filled in."""
    config = {}
    for name, parameter in inspect.signature(MODULES[case.module].__init__).parameters.items():
        if name == "self" or parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            continue
        if name in case.config:
            config[name] = case.config[name]
        elif parameter.default is not parameter.empty and (case.module, name) not in UNSAID:
            default = parameter.default
            config[name] = list(default) if isinstance(default, tuple) else default
    return config


def randomise(module, generator):
    """Gives every parameter and statistic a random value, none at its initial one."""

    def normal(tensor, scale, shift=0.0):
        tensor.copy_(torch.randn(tensor.shape, generator=generator) * scale + shift)

    with torch.no_grad():
        for name, tensor in list(module.named_parameters()) + list(module.named_buffers()):
            last = name.rsplit(".", 1)[-1]
            if last == "num_batches_tracked":
                tensor.fill_(int(torch.randint(1, 100, (), generator=generator)))
            elif last == "running_var":
                tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.5)
            elif last == "scale":  # codeword scales start in (-1, 0)
                tensor.copy_(-torch.rand(tensor.shape, generator=generator))
            elif last in ("alpha", "gamma", "beta"):
                normal(tensor, 0.8)
            elif last == "running_mean" or last == "bias":
                normal(tensor, 0.3)
            elif name.startswith("dct_layer"):
                pass  # fixed filters
            elif tensor.dim() == 1 or _is_layer_norm(module, name):
                normal(tensor, 0.3, 1.0)
            else:
                normal(tensor, 1.4 / math.sqrt(tensor[0].numel()))


def _is_layer_norm(module, name):
    return isinstance(module.get_submodule(name.rpartition(".")[0]), nn.LayerNorm)


def make_inputs(case, generator):
    """Random inputs in call order: float32, and boolean masks that leave every query a key."""
    inputs = {}
    for name, shape in case.inputs.items():
        if name == "mask":
            mask = torch.rand(shape, generator=generator) < 0.3
            mask[..., 0] = False
            if case.fill == "hide_first_query":
                mask[:, :, 0] = True
            inputs[name] = mask
        elif name == "weights":
            inputs[name] = torch.rand(shape, generator=generator) + 0.5
        elif case.fill == "zeros":
            inputs[name] = torch.zeros(shape)
        elif case.fill == "covariance":
            x = torch.randn(shape[0], shape[1], 2 * shape[1], generator=generator)
            inputs[name] = torch.matmul(x, x.transpose(1, 2)) / x.shape[2]
        elif case.fill == "positive":
            inputs[name] = torch.rand(shape, generator=generator)
        else:
            inputs[name] = torch.randn(shape, generator=generator)
    return inputs


def set_mode(module, train):
    """Train mode means batch statistics; dropout is random and therefore never runs."""
    module.train(train)
    for part in module.modules():
        if isinstance(part, nn.Dropout):
            part.eval()
    return module


def run(module, inputs):
    """Outputs as a tuple, and how many channels every hidden ReLU silenced: a list of (silent, all)."""
    silent = []

    def look(_, __, y):
        axes = [axis for axis in range(y.dim()) if axis != 1]
        silent.append((int((y.detach().amax(axes) <= 0).sum()), y.shape[1]))

    hooks = [part.register_forward_hook(look) for part in module.modules() if isinstance(part, nn.ReLU)]
    outputs = module(**inputs)
    for hook in hooks:
        hook.remove()
    return outputs if isinstance(outputs, tuple) else (outputs,), silent


def double(tensors):
    return {name: t.double() if t.is_floating_point() else t.clone() for name, t in tensors.items()}


def make_case(case, seed):
    """The first draw in which no hidden ReLU layer is dead, as (tensors, metadata)."""
    name = f"{case.module}__{case.tag}"
    for attempt in range(ATTEMPTS):
        rng_seed = zlib.crc32(f"{seed} {name} {attempt}".encode())
        generator = torch.Generator().manual_seed(rng_seed)
        config = complete(case)
        single = build(case.module, config)
        randomise(single, generator)
        if config.get("tied"):
            single.tie()
        inputs = make_inputs(case, generator)
        tensors, extra, silent = evaluate(case, single, inputs, generator)
        if all(dead < channels for dead, channels in silent):
            break
    else:
        raise RuntimeError(f"Every draw of {name} had a dead hidden layer after {ATTEMPTS} attempts; use another seed.")
    metadata = {
        "module": case.module,
        "case": name,
        "config": json.dumps(config, sort_keys=True),
        "mode": "train" if case.train else "eval",
        "inputs": json.dumps(list(inputs)),
        "note": case.note,
        "source": "reference/modules",
        "seed_file": "",
        "torch": str(torch.__version__),
        "rng_seed": str(rng_seed),
        "attempt": str(attempt),
        "dead_score": str(sum(dead for dead, _ in silent)),
        **extra,
    }
    norms = [part for part in single.modules() if isinstance(part, nn.modules.batchnorm._BatchNorm)]
    if norms:
        metadata["batch_norm"] = json.dumps({"eps": norms[0].eps, "momentum": norms[0].momentum})
    return tensors, metadata


def evaluate(case, single, inputs, generator):
    """Runs one draw in float32 and float64 and collects the tensors of its file."""
    state = {f"param.{key}": value.clone() for key, value in single.state_dict().items()}
    twin = set_mode(copy.deepcopy(single).double(), case.train)
    exact = {key: value.requires_grad_(value.is_floating_point()) for key, value in double(inputs).items()}
    with torch.no_grad():
        rough, _ = run(set_mode(single, case.train), {key: value.clone() for key, value in inputs.items()})
    outputs, silent = run(twin, exact)
    finite = all(bool(torch.isfinite(y).all()) for y in outputs)

    names = ["output" if i == 0 else f"output.{i}" for i in range(len(outputs))]
    tensors = {**state, **inputs}
    for name, y32, y64 in zip(names, rough, outputs):
        tensors[name] = y32.contiguous()
        tensors[name.replace("output", "output64")] = y64.detach().contiguous()
    if finite:
        tensors.update(gradients(twin, exact, names, outputs, generator))
    if case.train:
        for key, value in twin.state_dict().items():
            if key.rsplit(".", 1)[-1] in ("running_mean", "running_var", "num_batches_tracked"):
                tensors[f"after.{key}"] = value.float() if value.is_floating_point() else value
    differences = [torch.nan_to_num(a.double() - b.detach()).abs().max().item() for a, b in zip(rough, outputs)]
    largest = [torch.nan_to_num(b.detach()).abs().max().item() for b in outputs]
    relative = max(d / l if l > 0 else 0.0 for d, l in zip(differences, largest))
    extra = {
        "outputs": json.dumps(names),
        "has_grads": json.dumps(finite),
        "finite": json.dumps(finite),
        "f32_max_abs_err": f"{max(differences):.3e}",
        "f32_max_rel_err": f"{relative:.3e}",
    }
    return tensors, extra, silent


def gradients(module, inputs, names, outputs, generator):
    """Random cotangents and what autograd makes of them in float64, cast to float32."""
    tensors = {}
    loss = 0.0
    for name, y in zip(names, outputs):
        cotangent = torch.randn(y.shape, generator=generator)
        tensors[name.replace("output", "grad_output")] = cotangent
        loss = loss + (y * cotangent.double()).sum()
    loss.backward()
    for key, value in inputs.items():
        if value.is_floating_point():
            tensors[f"grad.{key}"] = value.grad.float()
    for key, parameter in module.named_parameters():
        gradient = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        tensors[f"grad.param.{key}"] = gradient.float()
    return tensors


def make_tables(folder):
    """Look-up tables: ECA's adaptive kernel sizes, FcaNet's frequencies and filters."""
    os.makedirs(folder, exist_ok=True)
    common = {"mode": "table", "torch": str(torch.__version__), "source": "reference/modules", "seed_file": ""}
    sizes = {}
    for gamma, b in ((2, 1), (1, 0), (3, 2)):
        values = [eca_kernel_size(channels, gamma, b) for channels in range(1, 4097)]
        sizes[f"k.gamma{gamma}_b{b}"] = torch.tensor(values, dtype=torch.int32)
    note = "entry i is the adaptive kernel size for C = i + 1"
    metadata = {"module": "ECA", "case": "kernel_sizes", "config": "{}", "note": note, **common}
    tensorfile.write(os.path.join(folder, "ECA__kernel_sizes.safetensors"), sizes, metadata)

    tables = {}
    for method in ("top32", "low32", "bot32"):
        rows, columns = frequency_indices(method)
        tables[f"mapper_x.{method}"] = torch.tensor(rows, dtype=torch.int32)
        tables[f"mapper_y.{method}"] = torch.tensor(columns, dtype=torch.int32)
        for height, width in ((7, 7), (14, 14), (7, 10)):
            tables[f"filter.{method}.{height}x{width}"] = dct_filters(32, height, width, method)
    note = "mapper_x counts rows; filter.<method>.<HxW> has one channel per frequency"
    metadata = {"module": "MultiSpectralDCTLayer", "case": "frequencies_and_filters", "config": '{"channel": 32}',
                "note": note, **common}
    tensorfile.write(os.path.join(folder, "FcaNet__frequencies_and_filters.safetensors"), tables, metadata)


def index_entry(path, tensors, metadata):
    """The line of index.json for one case."""
    return {
        "bytes": os.path.getsize(path),
        "config": json.loads(metadata["config"]),
        "f32_max_abs_err": float(metadata["f32_max_abs_err"]),
        "f32_max_rel_err": float(metadata["f32_max_rel_err"]),
        "file": os.path.basename(path),
        "finite": json.loads(metadata["finite"]),
        "has_grads": json.loads(metadata["has_grads"]),
        "inputs": {name: list(tensors[name].shape) for name in json.loads(metadata["inputs"])},
        "mode": metadata["mode"],
        "module": metadata["module"],
        "note": metadata["note"],
        "outputs": {name: list(tensors[name].shape) for name in json.loads(metadata["outputs"])},
        "params": {key[6:]: list(value.shape) for key, value in sorted(tensors.items()) if key.startswith("param.")},
    }


def write_checksums(folder):
    lines = []
    for root, _, files in sorted(os.walk(folder)):
        for name in sorted(files):
            if name.endswith(".safetensors"):
                path = os.path.join(root, name)
                with open(path, "rb") as file:
                    digest = hashlib.sha256(file.read()).hexdigest()
                lines.append(f"{digest}  ./{os.path.relpath(path, folder).replace(os.sep, '/')}\n")
    with open(os.path.join(folder, "SHA256SUMS"), "w", encoding="utf-8") as file:
        file.writelines(lines)


def make_all(folder, chosen, seed):
    """Writes the cases of the chosen modules, tables, index and checksums; returns the paths of the cases."""
    os.makedirs(folder, exist_ok=True)
    entries, paths = [], []
    for case in CASES:
        if case.module in chosen:
            tensors, metadata = make_case(case, seed)
            path = os.path.join(folder, f"{metadata['case']}.safetensors")
            tensorfile.write(path, tensors, metadata)
            entries.append(index_entry(path, tensors, metadata))
            paths.append(path)
    if chosen & {"ECA", "MultiSpectralAttentionLayer"}:
        make_tables(os.path.join(folder, "tables"))
    with open(os.path.join(folder, "index.json"), "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1, sort_keys=True)
        file.write("\n")
    write_checksums(folder)
    return paths


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("out", metavar="OUT", help="folder to write to; files of the same name are replaced")
    parser.add_argument("--modules", nargs="+", metavar="NAME", help="only these modules (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="another number, other weights and inputs (default: 0)")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.modules or []) - set(MODULES))
    if unknown:
        parser.error(f"there is no module {', '.join(unknown)}; use some of {', '.join(sorted(MODULES))}")
    torch.set_num_threads(1)  # sums in one order, so that the bytes can be made again
    paths = make_all(options.out, set(options.modules or MODULES), options.seed)
    size = sum(os.path.getsize(path) for path in paths)
    print(f"{len(paths)} cases, {size / 1e6:.1f} MB, seed {options.seed}, torch {torch.__version__}: {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
