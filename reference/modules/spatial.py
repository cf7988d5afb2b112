"""Gates of pixels, rows and columns."""

import torch
from torch import nn

from .blocks import ACTIVATIONS, GATES, make_divisible


class _ChannelGate(nn.Module):
    def __init__(self, channels, hidden, act_layer, gate_layer, bias):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, hidden, 1, bias=bias)
        self.act = ACTIVATIONS[act_layer]()
        self.fc2 = nn.Conv2d(hidden, channels, 1, bias=bias)
        self.gate = GATES[gate_layer]()

    def forward(self, x):
        mean = self.fc2(self.act(self.fc1(x.mean((2, 3), keepdim=True))))
        most = self.fc2(self.act(self.fc1(x.amax((2, 3), keepdim=True))))
        return x * self.gate(mean + most)


class _SpatialGate(nn.Module):
    def __init__(self, kernel):
        super().__init__()
        self.conv = nn.Module()
        self.conv.conv = nn.Conv2d(2, 1, kernel, padding=kernel // 2, bias=False)
        self.conv.bn = nn.BatchNorm2d(1)

    def forward(self, x):
        both = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return x * torch.sigmoid(self.conv.bn(self.conv.conv(both)))


class CbamModule(nn.Module):
    """Channel gate, then pixel map (arXiv 1807.06521)."""

    def __init__(self, channels, rd_ratio=1 / 16, rd_channels=None, rd_divisor=1, spatial_kernel_size=7,
                 act_layer="relu", gate_layer="sigmoid", mlp_bias=False):
        super().__init__()
        hidden = rd_channels or make_divisible(channels * rd_ratio, rd_divisor)
        self.channel = _ChannelGate(channels, hidden, act_layer, gate_layer, mlp_bias)
        self.spatial = _SpatialGate(spatial_kernel_size)

    def forward(self, input):
        return self.spatial(self.channel(input))


class CoordAttn(nn.Module):
    """A gate a row and one a column (arXiv 2103.02907)."""

    def __init__(self, channels, rd_ratio=1 / 16, rd_channels=None, rd_divisor=8, se_factor=2 / 3, bias=False,
                 act_layer="hard_swish", gate_layer="sigmoid", has_skip=False):
        super().__init__()
        hidden = rd_channels or make_divisible(channels * rd_ratio * se_factor, rd_divisor)
        self.has_skip = has_skip
        self.conv1 = nn.Conv2d(channels, hidden, 1, bias=bias)
        self.bn1 = nn.BatchNorm2d(hidden)
        self.act = ACTIVATIONS[act_layer]()
        self.conv_h = nn.Conv2d(hidden, channels, 1, bias=bias)
        self.conv_w = nn.Conv2d(hidden, channels, 1, bias=bias)
        self.gate = GATES[gate_layer]()

    def forward(self, input):
        height, width = input.shape[2:]
        both = torch.cat([input.mean(3, keepdim=True), input.mean(2, keepdim=True).transpose(2, 3)], 2)
        rows, columns = self.act(self.bn1(self.conv1(both))).split([height, width], 2)
        gated = input * self.gate(self.conv_w(columns)).transpose(2, 3) * self.gate(self.conv_h(rows))
        return gated + input if self.has_skip else gated


class SimAM(nn.Module):
    """A gate of each pixel's distance from its channel's mean, without parameters."""

    def __init__(self, e_lambda=1e-4):
        super().__init__()
        self.e_lambda = e_lambda

    def forward(self, input):
        n = input.shape[2] * input.shape[3] - 1
        d = (input - input.mean((2, 3), keepdim=True)).square()
        return input * torch.sigmoid(d / (4 * (d.sum((2, 3), keepdim=True) / n + self.e_lambda)) + 0.5)
