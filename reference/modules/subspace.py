"""ULSAM: an attention map for each group of channels (arXiv 2006.15102)."""

import torch
from torch import nn


class SubSpace(nn.Module):
    """One attention map from all channels of a subspace; its batch norms have momentum 0.9."""

    def __init__(self, nin):
        super().__init__()
        self.conv_dws = nn.Conv2d(nin, nin, 1, groups=nin)
        self.bn_dws = nn.BatchNorm2d(nin, momentum=0.9)
        self.relu_dws = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, stride=1, padding=1)
        self.conv_point = nn.Conv2d(nin, 1, 1)
        self.bn_point = nn.BatchNorm2d(1, momentum=0.9)
        self.relu_point = nn.ReLU()

    def forward(self, input):
        t = self.maxpool(self.relu_dws(self.bn_dws(self.conv_dws(input))))
        logits = self.relu_point(self.bn_point(self.conv_point(t)))
        a = logits.flatten(2).softmax(-1).unflatten(2, input.shape[2:])
        return a * input + input


class ULSAM(nn.Module):
    """Groups of channels, each with its own subspace; ``h`` and ``w`` are accepted and not used."""

    def __init__(self, nin, num_splits=4, h=None, w=None):
        super().__init__()
        if nin % num_splits:
            raise ValueError(f"{nin} channels cannot be split into {num_splits} subspaces; choose a divisor.")
        self.subspaces = nn.ModuleList([SubSpace(nin // num_splits) for _ in range(num_splits)])

    def forward(self, input):
        parts = input.chunk(len(self.subspaces), 1)
        return torch.cat([subspace(part) for subspace, part in zip(self.subspaces, parts)], 1)
