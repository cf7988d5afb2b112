"""A hundred steps of PyTorch on a small residual network with squeeze and excitation: python make_loss_curve.py FILE.

The file holds the loss before each step in float64 (`loss64`) and float32 (`loss32`), for the tests of training. Nothing of it is random:
weights, images and labels follow from a counter (SplitMix64), so that the test makes the same ones.

In most such runs some sum before a ReLU comes so close to 0 that rounding decides whether a gradient goes through, and a step later the
losses differ in the third digit. The weights are therefore the first of which single precision is enough: a last bit more or less in a
third of them leaves all losses as they are, in every one of TRIALS runs.
"""

import math
import sys

import numpy
import torch
import torch.nn.functional as F
from torch import nn

import tensorfile
from splitmix import fractions

STEPS, BATCH, SIDE, CLASSES = 100, 32, 12, 10
TRIALS, STEADY = 16, 2e-4


def uniform(seed, first, count):
    """Numbers from -0.5 to 0.5, exact in float32."""
    return fractions(seed, first, count) - 0.5


class Gate(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, 8, 1)
        self.fc2 = nn.Conv2d(8, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.fc2(F.relu(self.fc1(x.mean((2, 3), keepdim=True)))))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.attn = Gate(outputs)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            if stride > 1
            else nn.Identity()
        )

    def forward(self, x):
        return F.relu(self.attn(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))) + self.downsample(x))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(Block(16, 16, 1))
        self.layer2 = nn.Sequential(Block(16, 32, 2))
        self.layer3 = nn.Sequential(Block(32, 64, 2))
        self.fc = nn.Linear(64, CLASSES)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.fc(x.mean((2, 3)))


def weights(network, seed):
    """In the order of the names: products from the counter, the rest as PyTorch begins."""
    at = 0
    with torch.no_grad():
        for name, parameter in sorted(network.named_parameters()):
            if parameter.ndim > 1:
                fan = parameter[0].numel()
                values = uniform(seed, at, parameter.numel()) * (2 * math.sqrt(3 / fan))
                parameter.copy_(torch.from_numpy(values).reshape(parameter.shape).float())
                at += parameter.numel()
            else:
                parameter.fill_(1.0 if name.endswith("weight") else 0.0)


def batch(step):
    """Noise over stripes whose frequency is the class's."""
    labels = ((uniform(2, step * BATCH, BATCH) + 0.5) * CLASSES).astype(numpy.int64)
    size = 3 * SIDE * SIDE
    noise = uniform(3, step * BATCH * size, BATCH * size).reshape(BATCH, 3, SIDE, SIDE)
    rows = numpy.arange(SIDE).reshape(1, 1, SIDE, 1) + numpy.arange(3).reshape(1, 3, 1, 1)
    stripes = numpy.sin(0.3 * (labels + 1).reshape(-1, 1, 1, 1) * rows)
    return torch.from_numpy((2 * noise + 0.5 * stripes).astype(numpy.float32)), torch.from_numpy(labels)


def last_bits(network, trial):
    """A last bit more, or less, in a third of the weights each."""
    generator = torch.Generator().manual_seed(trial)
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.ndim > 1:
                signs = torch.randint(0, 3, parameter.shape, generator=generator) - 1
                parameter.mul_(1 + signs * 2**-24)


def losses(dtype, seed, trial=None):
    network = Network()
    weights(network, seed)
    if trial is not None:
        last_bits(network, trial)
    network.to(dtype).train()
    matrices = [p for p in network.parameters() if p.ndim > 1]
    vectors = [p for p in network.parameters() if p.ndim <= 1]
    optimizer = torch.optim.SGD(
        [{"params": matrices, "weight_decay": 5e-4}, {"params": vectors, "weight_decay": 0.0}],
        lr=0.02,
        momentum=0.9,
        nesterov=True,
    )
    all_losses = []
    for step in range(STEPS):
        images, labels = batch(step)
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images.to(dtype)), labels)
        loss.backward()
        optimizer.step()
        all_losses.append(loss.item())
    return torch.tensor(all_losses, dtype=torch.float64)


def drift(single, double):
    return ((single - double).abs() / double).max().item()


def main(path):
    torch.set_num_threads(1)
    # 2 and 3 are the seeds of labels and images.
    for seed in (1, *range(4, 100)):
        double, single = losses(torch.float64, seed), losses(torch.float32, seed)
        worst = drift(single, double)
        for trial in range(TRIALS):
            if worst < STEADY:
                worst = max(worst, drift(losses(torch.float32, seed, trial), double))
        if worst < STEADY:
            break
        print(f"seed {seed}: rounding moves a loss by {worst:.1e} or more")
    else:
        raise SystemExit("Single precision is enough for no seed; take another rate.")
    tensorfile.write(path, {"loss64": double, "loss32": single}, {"torch": torch.__version__, "seed": str(seed)})
    print(f"seed {seed}: {double[0]:.4f} to {double[-1]:.4f}; float32 drifts by at most {worst:.1e}")


if __name__ == "__main__":
    main(sys.argv[1])
