"""Parts that several modules share."""

import torch
from torch import nn


def make_divisible(value, divisor):
    """The multiple of the divisor nearest to the value, at least one divisor (timm's rule without its 10 % limit)."""
    return max(divisor, int(value + divisor / 2) // divisor * divisor)


def attention_pool(conv, x):
    """sum_n softmax_n(conv(x))_n x_n as (B, C, 1, 1)."""
    weights = conv(x).flatten(2).softmax(-1)
    return torch.matmul(x.flatten(2), weights.transpose(1, 2)).unsqueeze(-1)


def global_average(x):
    """The mean over the pixels as (B, C, 1, 1)."""
    return x.mean((2, 3), keepdim=True)


def channel_gate(channels, hidden):
    """1x1 convolution, ReLU, 1x1 convolution, sigmoid."""
    return nn.Sequential(nn.Conv2d(channels, hidden, 1), nn.ReLU(), nn.Conv2d(hidden, channels, 1), nn.Sigmoid())


def linear_gate(channels, hidden):
    """The same with fully connected layers and without biases."""
    return nn.Sequential(
        nn.Linear(channels, hidden, bias=False), nn.ReLU(), nn.Linear(hidden, channels, bias=False), nn.Sigmoid()
    )


class Conv1x1(nn.Module):
    """A 1x1 convolution, with a batch norm instead of its bias where asked for."""

    def __init__(self, inputs, outputs, norm=None, bias=True):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1, bias=bias and norm is None)
        if norm == "BN":
            self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = self.conv(x)
        return self.bn(y) if hasattr(self, "bn") else y


ACTIVATIONS = {"relu": nn.ReLU, "silu": nn.SiLU, "gelu": nn.GELU, "hard_swish": nn.Hardswish}
GATES = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "hard_sigmoid": nn.Hardsigmoid}
