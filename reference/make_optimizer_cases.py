"""Ten steps of PyTorch's optimisers on random parameters and gradients: python make_optimizer_cases.py FILE.

The file holds float64 results for the tests of training: `parameter.<i>` before the first step, `gradient.<i>` with one row a step,
and `<case>.<i>` with one row after each step, for two parameters i, a matrix and a vector. The rate of step t is 0.1 / (t + 1).
`<case>.average.<i>` are timm's moving averages (ModelEmaV3) of plain SGD's parameters.
"""

import sys

import torch
from timm.utils import ModelEmaV3

import tensorfile

STEPS = 10


def groups(parameters, decay):
    """As timm groups them: vectors have no weight decay."""
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd_momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05),
    "sgd_nesterov": lambda p: torch.optim.SGD(groups(p, 0.05), lr=0.1, momentum=0.8, nesterov=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.05),
    "adamw_groups": lambda p: torch.optim.AdamW(groups(p, 0.3), lr=0.1, betas=(0.7, 0.9), eps=1e-3),
    "clipped": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
}


def main(path):
    generator = torch.Generator().manual_seed(20261129)
    shapes = ((5, 7), (11,))
    start = [torch.randn(s, generator=generator, dtype=torch.float32) for s in shapes]
    gradients = [torch.randn((STEPS, *s), generator=generator, dtype=torch.float32) for s in shapes]
    tensors = {f"parameter.{i}": p for i, p in enumerate(start)} | {f"gradient.{i}": g for i, g in enumerate(gradients)}
    for name, make in CASES.items():
        parameters = [torch.nn.Parameter(p.double()) for p in start]
        optimizer = make(parameters)
        after = [[] for _ in parameters]
        for step in range(STEPS):
            for group in optimizer.param_groups:
                group["lr"] = 0.1 / (step + 1)
            for p, g in zip(parameters, gradients):
                p.grad = g[step].double()
            if name == "clipped":
                torch.nn.utils.clip_grad_norm_(parameters, 6.8)  # some steps are below it
            optimizer.step()
            for rows, p in zip(after, parameters):
                rows.append(p.detach().clone())
        for i, rows in enumerate(after):
            tensors[f"{name}.{i}"] = torch.stack(rows)
    for name, warmup in (("ema", False), ("ema_warmup", True)):
        model = torch.nn.ParameterList([torch.nn.Parameter(p.double()) for p in start])
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        average = ModelEmaV3(model, decay=0.6, use_warmup=warmup)
        after = [[] for _ in start]
        for step in range(STEPS):
            optimizer.param_groups[0]["lr"] = 0.1 / (step + 1)
            for p, g in zip(model.parameters(), gradients):
                p.grad = g[step].double()
            optimizer.step()
            average.update(model, step=step + 1)
            for rows, p in zip(after, average.module.parameters()):
                rows.append(p.detach().clone())
        for i, rows in enumerate(after):
            tensors[f"{name}.average.{i}"] = torch.stack(rows)
    tensorfile.write(path, tensors, {"torch": str(torch.__version__)})


if __name__ == "__main__":
    main(sys.argv[1])
