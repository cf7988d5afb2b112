"""Branches weighted by a softmax: SKNet (arXiv 1903.06586) and EPSANet (arXiv 2105.14447)."""

import torch
from torch import nn

from .blocks import global_average


class _SelectiveBranch(nn.Module):
    def __init__(self, channels, kernel, groups):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, kernel, padding=kernel // 2, groups=groups)
        self.bn = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)))


class SKAttention(nn.Module):
    """Branches of different kernels, weighted by a softmax per channel."""

    def __init__(self, channel=512, kernels=(1, 3, 5, 7), reduction=16, group=1, L=32):
        super().__init__()
        hidden = max(L, channel // reduction)
        self.convs = nn.ModuleList([_SelectiveBranch(channel, kernel, group) for kernel in kernels])
        self.fc = nn.Linear(channel, hidden)
        self.fcs = nn.ModuleList([nn.Linear(hidden, channel) for _ in kernels])

    def forward(self, input):
        branches = torch.stack([conv(input) for conv in self.convs])
        z = self.fc(branches.sum(0).mean((2, 3)))
        weights = torch.stack([fc(z) for fc in self.fcs]).softmax(0)
        return (weights[..., None, None] * branches).sum(0)


class SEWeightModule(nn.Module):
    """A gate per channel as (B, C, 1, 1), not multiplied with anything."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // reduction, 1)
        self.relu = nn.ReLU()
        self.fc2 = nn.Conv2d(channels // reduction, channels, 1)

    def forward(self, input):
        return torch.sigmoid(self.fc2(self.relu(self.fc1(global_average(input)))))


class PSAModule(nn.Module):
    """A pyramid of four kernels, a softmax over their gates, blocks in reversed order."""

    def __init__(self, inplans, planes, conv_kernels=(3, 5, 7, 9), stride=1, conv_groups=(1, 4, 8, 16)):
        super().__init__()
        for i in range(4):
            conv = nn.Conv2d(inplans, planes // 4, conv_kernels[i], stride, conv_kernels[i] // 2,
                             groups=conv_groups[i], bias=False)
            setattr(self, f"conv_{i + 1}", conv)
        self.se = SEWeightModule(planes // 4)

    def forward(self, input):
        branches = [conv(input) for conv in (self.conv_1, self.conv_2, self.conv_3, self.conv_4)]
        weights = torch.stack([self.se(branch) for branch in branches]).softmax(0)
        return torch.cat([weights[i] * branches[i] for i in (3, 2, 1, 0)], 1)
