"""Makes cases of the papers' ResNets, narrow ones: python reference/make_network_cases.py OUT.

A case is a .safetensors file with images, float64 features and logits. Weights are not in it but follow from their names (FNV-1a, SplitMix64;
metadata ``generated`` holds shapes and bounds), running statistics are measured on the images and moved a little, so that every norm
matters. The same PyTorch gives the same bytes.
"""

import json
import math
import os
import sys

import numpy
import torch

import tensorfile
from modules import PaperResNet
from splitmix import fractions

SEED = 20261130
WRAP = (1 << 64) - 1
NARROW = {"layers": [1, 2, 1, 1], "stem_width": 16, "num_classes": 10, "bn_eps": 1e-05}
CASES = {
    "fcanet": {
        "block": "bottleneck",
        "channels": [16, 16, 16, 32],
        "attn": [
            {"type": "MultiSpectralAttentionLayer", "dct_h": n, "dct_w": n, "reduction": 16, "freq_sel_method": "top16"}
            for n in (14, 7, 4, 2)
        ],
        "slot": "att",
    },
    "eca_resnet": {
        "block": "basic",
        "channels": [16, 24, 32, 40],
        "attn": [{"type": "ECA", "k_size": k} for k in (3, 5, 5, 7)],
        "slot": "eca",
    },
    "se_resnet": {"block": "bottleneck", "channels": [16, 16, 24, 24], "attn": {"type": "SEAttention"}, "slot": "se"},
    "epsanet": {"block": "psa", "channels": [64, 64, 64, 64], "attn": None},
    "gct_resnet": {"block": "gct", "channels": [8, 12, 16, 24], "attn": None},
}


def generated(name, shape, low, high):
    """Numbers from low to high that follow from the name."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = (key ^ byte) * 0x100000001B3 & WRAP
    count = math.prod(shape)
    u = fractions(SEED ^ key, 1, count)
    return torch.from_numpy((low + (high - low) * u).astype(numpy.float32)).reshape(shape)


def bounds(name, tensor):
    last = name.rsplit(".", 1)[-1]
    if last in ("gamma", "beta"):
        return -0.8, 0.8
    if tensor.ndim > 1 and last == "weight":
        reach = math.sqrt(6 / tensor[0].numel())
        return -reach, reach
    return (0.5, 1.5) if last in ("weight", "alpha") else (-0.3, 0.3)


def statistics(network, images):
    """Measures the running statistics and moves them: means by up to 0.3 deviations, variances by 0.6 to 1.5."""
    norms = {name: m for name, m in network.named_modules() if isinstance(m, torch.nn.BatchNorm2d)}
    for norm in norms.values():
        norm.momentum = 1.0
    with torch.no_grad():
        network.train()(images)
        for name, norm in norms.items():
            shape = norm.running_mean.shape
            norm.running_mean += generated(f"{name}.mean", shape, -0.3, 0.3) * norm.running_var.sqrt()
            norm.running_var *= generated(f"{name}.var", shape, 0.6, 1.5)
            norm.num_batches_tracked.fill_(1)
    return network.eval()


def case(name, config):
    network = PaperResNet(config)
    rules = []
    with torch.no_grad():
        for key, tensor in network.named_parameters():
            low, high = bounds(key, tensor)
            rules.append({"name": key, "shape": list(tensor.shape), "low": low, "high": high})
            tensor.copy_(generated(key, tensor.shape, low, high))
    images = generated("input", (2, 3, 56, 48), -2, 2)
    statistics(network, images)
    tensors = {"input": images}
    for key, tensor in network.named_buffers():
        tensors["param." + key] = tensor.clone()
    with torch.no_grad():
        single = network(images)
        double = network.double()
        trail = {}
        truth = double(images.double(), trail)
    for node, value in trail.items():
        tensors["feature." + node] = value.float()
    tensors["output"], tensors["output64"] = single, truth
    error = (single.double() - truth).abs().max().item()
    return tensors, {
        "case": f"torchvision_resnet__{name}",
        "network": "torchvision_resnet",
        "config": json.dumps({"network": "torchvision_resnet", **config}),
        "mode": "eval",
        "inputs": json.dumps(["input"]),
        "outputs": json.dumps(["output"]),
        "nodes": json.dumps(list(trail)),
        "parameters": str(sum(p.numel() for p in network.parameters())),
        "generated": json.dumps(rules),
        "generator": "fnv1a64+splitmix64 uniform24 v1",
        "rng_seed": str(SEED),
        "finite": "true",
        "f32_max_abs_err": f"{error:.3e}",
        "f32_max_rel_err": f"{error / truth.abs().max().item():.3e}",
        "torch": torch.__version__,
    }


def main(out):
    torch.set_num_threads(1)
    os.makedirs(out, exist_ok=True)
    for name, config in CASES.items():
        tensors, metadata = case(name, {**NARROW, **config})
        tensorfile.write(os.path.join(out, metadata["case"] + ".safetensors"), tensors, metadata)
        print(f"{metadata['case']}: {metadata['parameters']} parameters, float32 is {metadata['f32_max_rel_err']} off")


if __name__ == "__main__":
    main(sys.argv[1])
