"""The single operations that modules are made of, under the names and settings of the comparison's list."""

import torch
from torch import nn
from torch.nn import functional as F


class GlobalAveragePool(nn.Module):
    def forward(self, input):
        return F.adaptive_avg_pool2d(input, 1).flatten(1)


class ChannelScale(nn.Module):
    def forward(self, input, gate):
        return input * gate[:, :, None, None]


class Softmax(nn.Module):
    """Over the positions of every plane."""

    def forward(self, input):
        return input.flatten(2).softmax(-1).view_as(input)


class AttentionPool(nn.Module):
    def forward(self, input, attention):
        return torch.matmul(input.flatten(2), attention.unsqueeze(-1)).squeeze(-1)


class Mlp(nn.Module):
    def __init__(self, channels, hidden=32):
        super().__init__()
        self.fc1 = nn.Linear(channels, hidden, bias=False)
        self.fc2 = nn.Linear(hidden, channels, bias=False)

    def forward(self, input):
        return self.fc2(F.relu(self.fc1(input)))


class LayerNorm(nn.LayerNorm):
    """Over the last axis of tokens."""


class Conv2d(nn.Conv2d):
    """Without bias, padded to keep the size of the map."""

    def __init__(self, in_channels, out_channels, kernel_size=1, groups=1):
        super().__init__(in_channels, out_channels, kernel_size, padding=kernel_size // 2, groups=groups, bias=False)


class QueryKeyProduct(nn.Module):
    def forward(self, q, k):
        return torch.matmul(q, k.transpose(1, 2))


class AttentionValueProduct(nn.Module):
    def forward(self, attention, v):
        return torch.matmul(attention, v)


OPERATIONS = {
    cls.__name__: cls
    for cls in (
        GlobalAveragePool, ChannelScale, Softmax, AttentionPool, Mlp, LayerNorm, Conv2d, QueryKeyProduct,
        AttentionValueProduct,
    )
}
