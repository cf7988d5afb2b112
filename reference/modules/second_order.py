"""Statistics of pairs of channels: iSQRT-COV, GSoP (arXiv 1811.12006), SOCA, bilinear attention (ICCV 2019)."""

import torch
from torch import nn
from torch.nn import functional as F

from .blocks import channel_gate, global_average


class CovpoolLayer(nn.Module):
    """The biased covariance of the channels over the pixels."""

    def forward(self, input):
        x = input.flatten(2)
        x = x - x.mean(-1, keepdim=True)
        return torch.matmul(x, x.transpose(1, 2)) / x.shape[-1]


class SqrtmLayer(nn.Module):
    """The matrix square root by iterN steps of Newton and Schulz."""

    def __init__(self, iterN=3):
        super().__init__()
        self.iterN = iterN

    def forward(self, input):
        trace = input.diagonal(dim1=1, dim2=2).sum(-1)[:, None, None]
        three = 3 * torch.eye(input.shape[-1], dtype=input.dtype, device=input.device)
        a = input / trace
        z = (three - a) / 2
        y = torch.matmul(a, z)
        for _ in range(2, self.iterN):
            w = (three - torch.matmul(z, y)) / 2
            y, z = torch.matmul(y, w), torch.matmul(w, z)
        if self.iterN > 1:
            y = torch.matmul(y, (three - torch.matmul(z, y)) / 2)
        return y * trace.sqrt()


class TriuvecLayer(nn.Module):
    """The lower triangle row by row."""

    def forward(self, input):
        rows, columns = torch.tril_indices(input.shape[1], input.shape[1], device=input.device)
        return input[:, rows, columns]


class MPNCOVHead(nn.Module):
    """Reduced features, covariance, root, triangle: the vector and its classes."""

    def __init__(self, in_channels, isqrt_dim=256, iterN=3, num_classes=1000):
        super().__init__()
        self.layer_reduce = nn.Conv2d(in_channels, isqrt_dim, 1, bias=False)
        self.layer_reduce_bn = nn.BatchNorm2d(isqrt_dim)
        self.layer_reduce_relu = nn.ReLU()
        self.pool = nn.Sequential(CovpoolLayer(), SqrtmLayer(iterN), TriuvecLayer())
        self.fc = nn.Linear(isqrt_dim * (isqrt_dim + 1) // 2, num_classes)

    def forward(self, input):
        vector = self.pool(self.layer_reduce_relu(self.layer_reduce_bn(self.layer_reduce(input))))
        return vector, self.fc(vector)


class GSoPBlock(nn.Module):
    """Global second-order pooling as a gate (arXiv 1811.12006)."""

    def __init__(self, channels, att_dim=128, dr_stride=1):
        super().__init__()
        self.conv_for_DR = nn.Conv2d(channels, att_dim, 1, stride=dr_stride)
        self.bn_for_DR = nn.BatchNorm2d(att_dim)
        self.relu = nn.ReLU()
        self.covpool = CovpoolLayer()
        self.row_bn = nn.BatchNorm2d(att_dim)
        self.row_conv_group = nn.Conv2d(att_dim, 4 * att_dim, (att_dim, 1), groups=att_dim)
        self.fc_adapt_channels = nn.Conv2d(4 * att_dim, channels, 1)

    def forward(self, input):
        z = self.relu(self.bn_for_DR(self.conv_for_DR(F.relu(input))))
        rows = self.row_conv_group(self.row_bn(self.covpool(z).unsqueeze(-1)))
        return input * torch.sigmoid(self.fc_adapt_channels(rows))


class SOCA(nn.Module):
    """Second-order channel attention; sides longer than ``crop`` are cut to their middle for the statistics."""

    def __init__(self, channel, reduction=8, crop=1000):
        super().__init__()
        self.crop = crop
        self.root = nn.Sequential(CovpoolLayer(), SqrtmLayer(5))
        self.conv_du = channel_gate(channel, channel // reduction)

    def forward(self, input):
        part = input
        for axis in (2, 3):
            size = input.shape[axis]
            if size > self.crop:
                part = part.narrow(axis, (size - self.crop) // 2, self.crop)
        return input * self.conv_du(self.root(part).mean(1)[:, :, None, None])


class _ConvBnRelu(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)
        self.bn = nn.BatchNorm2d(outputs)
        self.relu = nn.ReLU()

    def forward(self, x):
        return self.relu(self.bn(self.conv(x)))


class _DimReduce(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = _ConvBnRelu(inputs, outputs)

    def forward(self, x):
        return self.conv(x)


class BiAttention(nn.Module):
    """Attention in attention over products of reduced channels, diagonal by diagonal."""

    def __init__(self, channels, reduction=16):
        super().__init__()
        m = channels // reduction
        self.dimReduceLayer1 = _DimReduce(channels, m)
        self.dimReduceLayer2 = _DimReduce(m * (m + 1) // 2, channels)
        self.dimReduceLayer3 = _DimReduce(m * (m + 1) // 2, channels)

    def forward(self, input):
        p = self.dimReduceLayer1(input)
        m = p.shape[1]
        q = torch.cat([p[:, d:] * p[:, : m - d] for d in range(m)], 1)
        return input * torch.sigmoid(self.dimReduceLayer3(global_average(q)) * self.dimReduceLayer2(q))
