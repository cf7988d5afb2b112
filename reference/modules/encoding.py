"""Context encoding, EncNet (arXiv 1803.08904)."""

import math

import torch
from torch import nn
from torch.nn import functional as F


class Encoding(nn.Module):
    """Residuals to codewords, softly assigned: (B, D, ...) -> (B, K, D)."""

    def __init__(self, D, K=32):
        super().__init__()
        self.codewords = nn.Parameter(torch.empty(K, D).uniform_(-1, 1) / math.sqrt(K * D))
        self.scale = nn.Parameter(torch.empty(K).uniform_(-1, 0))

    def forward(self, input):
        pixels = input.flatten(2).transpose(1, 2).unsqueeze(2)
        residuals = pixels - self.codewords
        weights = (self.scale * residuals.square().sum(-1)).softmax(-1)
        return (weights.unsqueeze(-1) * residuals).sum(1)


class _Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


class EncModule(nn.Module):
    """Context encoding; a second output for the semantic loss where it is asked for."""

    def __init__(self, in_channels, nclass=150, ncodes=32, se_loss=True):
        super().__init__()
        self.encoding = nn.Sequential(
            nn.Conv2d(in_channels, in_channels, 1, bias=False),
            nn.BatchNorm2d(in_channels),
            nn.ReLU(),
            Encoding(in_channels, ncodes),
            nn.BatchNorm1d(ncodes),
            nn.ReLU(),
            _Mean(),
        )
        self.fc = nn.Sequential(nn.Linear(in_channels, in_channels), nn.Sigmoid())
        self.selayer = nn.Linear(in_channels, nclass) if se_loss else None

    def forward(self, input):
        e = self.encoding(input)
        y = F.relu(input + input * self.fc(e)[:, :, None, None])
        return y if self.selayer is None else (y, self.selayer(e))
