"""Global context: GCNet (arXiv 1904.11492) in timm's and its own form, and the simplified non-local block."""

import torch
from torch import nn

from .blocks import ACTIVATIONS, GATES, attention_pool, global_average, make_divisible


class _ContextTransform(nn.Module):
    def __init__(self, channels, hidden, act_layer, eps):
        super().__init__()
        self.fc1 = nn.Conv2d(channels, hidden, 1)
        self.norm = nn.LayerNorm(hidden, eps=eps)
        self.act = ACTIVATIONS[act_layer]()
        self.fc2 = nn.Conv2d(hidden, channels, 1)

    def forward(self, g):
        hidden = self.norm(self.fc1(g).flatten(1))
        return self.fc2(self.act(hidden)[:, :, None, None])


class GlobalContext(nn.Module):
    """timm's global context block; ``timm`` and ``init_last_zero`` are accepted and change nothing here."""

    def __init__(self, channels, use_attn=True, fuse_add=False, fuse_scale=True, init_last_zero=False, rd_ratio=1 / 8,
                 rd_channels=None, rd_divisor=1, act_layer="relu", gate_layer="sigmoid", norm_eps=1e-6, timm=None):
        super().__init__()
        hidden = rd_channels or make_divisible(channels * rd_ratio, rd_divisor)
        self.conv_attn = nn.Conv2d(channels, 1, 1) if use_attn else None
        self.mlp_add = _ContextTransform(channels, hidden, act_layer, norm_eps) if fuse_add else None
        self.mlp_scale = _ContextTransform(channels, hidden, act_layer, norm_eps) if fuse_scale else None
        self.gate = GATES[gate_layer]()

    def forward(self, input):
        g = global_average(input) if self.conv_attn is None else attention_pool(self.conv_attn, input)
        y = input
        if self.mlp_scale is not None:
            y = y * self.gate(self.mlp_scale(g))
        if self.mlp_add is not None:
            y = y + self.mlp_add(g)
        return y


class ContextBlock2d(nn.Module):
    """The block of the official GCNet repository."""

    def __init__(self, inplanes, planes, pool="att", fusions=("channel_add",)):
        super().__init__()
        self.conv_mask = nn.Conv2d(inplanes, 1, 1) if pool == "att" else None
        self.channel_add_conv = self._transform(inplanes, planes) if "channel_add" in fusions else None
        self.channel_mul_conv = self._transform(inplanes, planes) if "channel_mul" in fusions else None

    @staticmethod
    def _transform(channels, hidden):
        return nn.Sequential(
            nn.Conv2d(channels, hidden, 1), nn.LayerNorm([hidden, 1, 1]), nn.ReLU(), nn.Conv2d(hidden, channels, 1)
        )

    def forward(self, input):
        g = global_average(input) if self.conv_mask is None else attention_pool(self.conv_mask, input)
        y = input
        if self.channel_mul_conv is not None:
            y = y * torch.sigmoid(self.channel_mul_conv(g))
        if self.channel_add_conv is not None:
            y = y + self.channel_add_conv(g)
        return y


class SimplifiedNonLocal(nn.Module):
    """One attention map for all queries; pooling first and projecting one vector, as the paper writes it."""

    def __init__(self, inplanes):
        super().__init__()
        self.conv_value = nn.Conv2d(inplanes, inplanes, 1, bias=False)
        self.conv_mask = nn.Conv2d(inplanes, 1, 1)

    def forward(self, input):
        return input + self.conv_value(attention_pool(self.conv_mask, input))
