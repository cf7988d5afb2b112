"""Attention of positions to positions: non-local (arXiv 1711.07971), external (arXiv 2105.02358), scaled dot-product
and dual attention (arXiv 1809.02983)."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .blocks import Conv1x1


class NonLocal(nn.Module):
    """mmcv's NonLocal2d; sub-sampling pools keys and values after their projections."""

    MODES = ("embedded_gaussian", "gaussian", "dot_product", "concatenation")

    def __init__(self, in_channels, reduction=2, use_scale=True, mode="embedded_gaussian", sub_sample=False, norm=None):
        super().__init__()
        if mode not in self.MODES:
            raise ValueError(f"There is no mode {mode!r}; use one of {self.MODES}.")
        inner = max(in_channels // reduction, 1)
        self.mode, self.use_scale = mode, use_scale
        self.g = Conv1x1(in_channels, inner)
        self.conv_out = Conv1x1(inner, in_channels, norm)
        if mode != "gaussian":
            self.theta = Conv1x1(in_channels, inner)
            self.phi = Conv1x1(in_channels, inner)
        if mode == "concatenation":
            self.concat_project = Conv1x1(2 * inner, 1, bias=False)
        if sub_sample:
            self.g = nn.Sequential(self.g, nn.MaxPool2d(2))
            self.phi = nn.MaxPool2d(2) if mode == "gaussian" else nn.Sequential(self.phi, nn.MaxPool2d(2))

    def _weights(self, theta, phi):
        if self.mode == "concatenation":
            left, right = self.concat_project.conv.weight.flatten().chunk(2)
            queries = torch.matmul(left, theta)
            keys = torch.matmul(right, phi)
            return F.relu(queries.unsqueeze(2) + keys.unsqueeze(1)) / phi.shape[-1]
        products = torch.matmul(theta.transpose(1, 2), phi)
        if self.mode == "dot_product":
            return products / phi.shape[-1]
        if self.mode == "embedded_gaussian" and self.use_scale:
            products = products / math.sqrt(theta.shape[1])
        return products.softmax(-1)

    def forward(self, input):
        g = self.g(input).flatten(2)
        theta = (input if self.mode == "gaussian" else self.theta(input)).flatten(2)
        phi = (self.phi(input) if hasattr(self, "phi") else input).flatten(2)
        y = torch.matmul(g, self._weights(theta, phi).transpose(1, 2))
        return input + self.conv_out(y.unflatten(2, input.shape[2:]))


class ExternalAttention(nn.Module):
    """EANet's block with two independent memories; ``tied`` says how to initialise them (M_v = M_k transposed)."""

    def __init__(self, c, k=64, tied=False):
        super().__init__()
        self.conv1 = nn.Conv2d(c, c, 1)
        self.linear_0 = nn.Conv1d(c, k, 1, bias=False)
        self.linear_1 = nn.Conv1d(k, c, 1, bias=False)
        self.conv2 = nn.Sequential(nn.Conv2d(c, c, 1, bias=False), nn.BatchNorm2d(c))
        if tied:
            self.tie()

    def tie(self):
        with torch.no_grad():
            self.linear_1.weight.copy_(self.linear_0.weight.transpose(0, 1))

    def forward(self, input):
        attention = self.linear_0(self.conv1(input).flatten(2)).softmax(-1)
        attention = attention / (1e-9 + attention.sum(1, keepdim=True))
        y = self.linear_1(attention).unflatten(2, input.shape[2:])
        return F.relu(self.conv2(y) + input)


def _attend(q, k, v, h, mask, weights):
    """Softmax over the keys for every head; q (B, nq, h d), k (B, nk, h d), v (B, nk, h e)."""
    q, k, v = (t.unflatten(2, (h, -1)).transpose(1, 2) for t in (q, k, v))
    products = torch.matmul(q, k.transpose(-1, -2)) / math.sqrt(q.shape[-1])
    if weights is not None:
        products = products * weights
    if mask is not None:
        products = products.masked_fill(mask, -math.inf)
    return products.softmax(-1), v


class ScaledDotProductAttention(nn.Module):
    """Multi-head attention; ``mask`` is true where a key is hidden, ``weights`` multiply the products before it."""

    def __init__(self, d_model, d_k, d_v, h, dropout=0.1):
        super().__init__()
        self.h = h
        self.fc_q = nn.Linear(d_model, h * d_k)
        self.fc_k = nn.Linear(d_model, h * d_k)
        self.fc_v = nn.Linear(d_model, h * d_v)
        self.fc_o = nn.Linear(h * d_v, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, mask=None, weights=None):
        a, v = _attend(self.fc_q(queries), self.fc_k(keys), self.fc_v(values), self.h, mask, weights)
        return self.fc_o(torch.matmul(self.dropout(a), v).transpose(1, 2).flatten(2))


class SimplifiedScaledDotProductAttention(nn.Module):
    """The same without projections of queries, keys and values."""

    def __init__(self, d_model, h, dropout=0.1):
        super().__init__()
        if d_model % h:
            raise ValueError(f"A width of {d_model} cannot be split into {h} heads; choose a divisor.")
        self.h = h
        self.fc_o = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries, keys, values, mask=None, weights=None):
        a, v = _attend(queries, keys, values, self.h, mask, weights)
        return self.fc_o(torch.matmul(self.dropout(a), v).transpose(1, 2).flatten(2))


class PositionAttentionModule(nn.Module):
    """Pixels attend to pixels: (B, N, C)."""

    def __init__(self, d_model=512, kernel_size=3, H=7, W=7):
        super().__init__()
        self.cnn = nn.Conv2d(d_model, d_model, kernel_size, padding=(kernel_size - 1) // 2)
        self.pa = ScaledDotProductAttention(d_model, d_model, d_model, 1)

    def forward(self, input):
        y = self.cnn(input).flatten(2).transpose(1, 2)
        return self.pa(y, y, y)


class ChannelAttentionModule(nn.Module):
    """Channels attend to channels: (B, C, N)."""

    def __init__(self, d_model=512, kernel_size=3, H=7, W=7):
        super().__init__()
        self.cnn = nn.Conv2d(d_model, d_model, kernel_size, padding=(kernel_size - 1) // 2)
        self.pa = SimplifiedScaledDotProductAttention(H * W, 1)

    def forward(self, input):
        y = self.cnn(input).flatten(2)
        return self.pa(y, y, y)


class DAModule(nn.Module):
    """The sum of both."""

    def __init__(self, d_model=512, kernel_size=3, H=7, W=7):
        super().__init__()
        self.position_attention_module = PositionAttentionModule(d_model, kernel_size, H, W)
        self.channel_attention_module = ChannelAttentionModule(d_model, kernel_size, H, W)

    def forward(self, input):
        position = self.position_attention_module(input).transpose(1, 2)
        return (position + self.channel_attention_module(input)).unflatten(2, input.shape[2:])
