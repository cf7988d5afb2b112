"""DIANet: one cell shared by all layers (arXiv 1905.10671)."""

import torch
from torch import nn
from torch.nn import functional as F

from .blocks import Conv1x1


class _SmallCell(nn.Module):
    def __init__(self, inputs, hidden):
        super().__init__()
        self.seq = nn.Sequential(nn.Linear(inputs, inputs // 4), nn.ReLU(), nn.Linear(inputs // 4, 4 * hidden))

    def forward(self, x):
        return self.seq(x)


class LSTMCell(nn.Module):
    """DIANet's cell: a bottleneck in the first layer, a sigmoid where others have tanh in the output."""

    def __init__(self, input_size, hidden_size, nlayers=1, dropout=0.1):
        super().__init__()
        ih, hh = [_SmallCell(input_size, hidden_size)], [_SmallCell(hidden_size, hidden_size)]
        for _ in range(1, nlayers):
            ih.append(nn.Linear(hidden_size, 4 * hidden_size))
            hh.append(nn.Linear(hidden_size, 4 * hidden_size))
        self.w_ih, self.w_hh = nn.ModuleList(ih), nn.ModuleList(hh)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input, ht, ct):
        below, hs, cs = input, [], []
        for i, (w_ih, w_hh) in enumerate(zip(self.w_ih, self.w_hh)):
            i_gate, f_gate, candidate, o_gate = (w_ih(below) + w_hh(ht[i])).chunk(4, 1)
            c = torch.sigmoid(f_gate) * ct[i] + torch.sigmoid(i_gate) * torch.tanh(candidate)
            h = torch.sigmoid(o_gate) * torch.sigmoid(c)
            hs.append(h)
            cs.append(c)
            below = self.dropout(h)
        return torch.stack(hs), torch.stack(cs)


class DIAUnit(nn.Module):
    """One step: the branch recalibrated and added to its shortcut, and the new states."""

    def __init__(self, channels):
        super().__init__()
        self.lstm = LSTMCell(channels, channels)

    def forward(self, input, org, ht, ct):
        h, c = self.lstm(input.mean((2, 3)), ht, ct)
        return input * h[-1][:, :, None, None] + org, h, c


class DIANet(nn.Module):
    """A stack of 1x1 branches with shortcuts, all sharing one cell."""

    def __init__(self, channels, layers=1, relu_after=False):
        super().__init__()
        self.ModuleList = nn.ModuleList([Conv1x1(channels, channels) for _ in range(layers)])
        self.lstm = LSTMCell(channels, channels)
        self.relu_after = relu_after

    def forward(self, input):
        x = input
        h = c = x.new_zeros(1, x.shape[0], x.shape[1])
        for layer in self.ModuleList:
            y = layer(x)
            h, c = self.lstm(y.mean((2, 3)), h, c)
            x = y * h[-1][:, :, None, None] + x
            x = F.relu(x) if self.relu_after else x
        return x
