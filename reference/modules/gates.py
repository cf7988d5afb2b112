"""Gates over the channels from one number per channel."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .blocks import channel_gate, global_average, linear_gate


class SEAttention(nn.Module):
    """Squeeze and excitation without biases (arXiv 1709.01507)."""

    def __init__(self, channel=512, reduction=16):
        super().__init__()
        self.fc = linear_gate(channel, channel // reduction)

    def forward(self, input):
        return input * self.fc(input.mean((2, 3)))[:, :, None, None]


def eca_kernel_size(channels, gamma=2, b=1):
    """ECA-Net's adaptive kernel: |log2 C + b| / gamma, rounded down and made odd."""
    t = int(abs((math.log(channels, 2) + b) / gamma))
    return t if t % 2 else t + 1


class ECA(nn.Module):
    """One small filter over neighbouring channels (arXiv 1910.03151); ``adaptive`` records how k_size was found."""

    def __init__(self, channel=None, k_size=3, adaptive=None):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, k_size, padding=(k_size - 1) // 2, bias=False)

    def forward(self, input):
        y = self.conv(input.mean((2, 3)).unsqueeze(1)).squeeze(1)
        return input * torch.sigmoid(y)[:, :, None, None]


class CALayer(nn.Module):
    """RCAN's channel attention."""

    def __init__(self, channel, reduction=16):
        super().__init__()
        self.conv_du = channel_gate(channel, channel // reduction)

    def forward(self, input):
        return input * self.conv_du(global_average(input))


class RCAB(nn.Module):
    """RCAN's residual block; ``res_scale`` is accepted and, as published, not used."""

    def __init__(self, n_feat, kernel_size=3, reduction=16, bias=True, bn=False, res_scale=1):
        super().__init__()
        body = []
        for i in range(2):
            body.append(nn.Conv2d(n_feat, n_feat, kernel_size, padding=kernel_size // 2, bias=bias))
            body += [nn.BatchNorm2d(n_feat)] if bn else []
            body += [nn.ReLU()] if i == 0 else []
        self.body = nn.Sequential(*body, CALayer(n_feat, reduction))

    def forward(self, input):
        return input + self.body(input)


class SRM(nn.Module):
    """Style recalibration by mean and unbiased standard deviation (arXiv 1903.10829)."""

    def __init__(self, channel):
        super().__init__()
        self.cfc = nn.Conv1d(channel, channel, 2, groups=channel, bias=False)
        self.bn = nn.BatchNorm1d(channel)

    def forward(self, input):
        flat = input.flatten(2)
        style = torch.stack([flat.mean(-1), flat.std(-1)], -1)
        return input * torch.sigmoid(self.bn(self.cfc(style)))[..., None]


class GCT(nn.Module):
    """Gated channel transformation (arXiv 1909.11519)."""

    def __init__(self, num_channels, epsilon=1e-5, mode="l2", after_relu=False):
        super().__init__()
        if mode not in ("l2", "l1"):
            raise ValueError(f"There is no mode {mode!r}; use l2 or l1.")
        self.alpha = nn.Parameter(torch.ones(1, num_channels, 1, 1))
        self.gamma = nn.Parameter(torch.zeros(1, num_channels, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, num_channels, 1, 1))
        self.epsilon, self.mode, self.after_relu = epsilon, mode, after_relu

    def forward(self, input):
        if self.mode == "l2":
            s = self.alpha * (input.square().sum((2, 3), keepdim=True) + self.epsilon).sqrt()
            n = self.gamma / (s.square().mean(1, keepdim=True) + self.epsilon).sqrt()
        else:
            magnitude = input if self.after_relu else input.abs()
            s = self.alpha * magnitude.sum((2, 3), keepdim=True)
            n = self.gamma / (s.abs().mean(1, keepdim=True) + self.epsilon)
        return input * (1 + torch.tanh(s * n + self.beta))


FREQUENCIES = {  # row and column of each frequency on a 7 x 7 grid, best first
    "top": ("00600114513000324635526553342261", "01052020060463526333511242113053"),
    "low": ("00110221203401301234501234561234", "01012012230043154321065432106543"),
    "bot": ("61332412445146256162243355625536", "64466314456522514350311242115333"),
}


def frequency_indices(method):
    """Rows and columns (two lists) of a choice such as top16."""
    count = int(method[3:])
    return tuple([int(digit) for digit in digits[:count]] for digits in FREQUENCIES[method[:3]])


def dct_filters(channels, height, width, method):
    """The filter of every channel, (C, h, w); equal groups of channels share a frequency."""
    rows, columns = frequency_indices(method)
    if channels % len(rows):
        raise ValueError(f"{channels} channels cannot share {len(rows)} frequencies equally; choose a divisor.")

    def basis(u, size):
        p = torch.arange(size, dtype=torch.float64)
        return torch.cos(math.pi * u * (p + 0.5) / size) / math.sqrt(size) * (1 if u == 0 else math.sqrt(2))

    frequencies = [(u * (height // 7), v * (width // 7)) for u, v in zip(rows, columns)]
    filters = [torch.outer(basis(u, height), basis(v, width)) for u, v in frequencies]
    return torch.stack(filters).repeat_interleave(channels // len(rows), 0).float()


class _DctLayer(nn.Module):
    def __init__(self, channels, height, width, method):
        super().__init__()
        self.register_buffer("weight", dct_filters(channels, height, width, method))

    def forward(self, x):
        return (x * self.weight).sum((2, 3))


class MultiSpectralAttentionLayer(nn.Module):
    """Squeeze and excitation with cosine filters instead of a mean."""

    def __init__(self, channel, dct_h, dct_w, reduction=16, freq_sel_method="top16"):
        super().__init__()
        self.dct_h, self.dct_w = dct_h, dct_w
        self.dct_layer = _DctLayer(channel, dct_h, dct_w, freq_sel_method)
        self.fc = linear_gate(channel, channel // reduction)

    def forward(self, input):
        size = (self.dct_h, self.dct_w)
        pooled = input if input.shape[2:] == size else F.adaptive_avg_pool2d(input, size)
        return input * self.fc(self.dct_layer(pooled))[:, :, None, None]
