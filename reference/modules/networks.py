"""Whole networks that timm does not have, named and parametrised like ours."""

from torch import nn
from torch.nn import functional


class SmallBlock(nn.Module):
    """Two 3x3 convolutions and a module at the end of the branch (He et al., arXiv 1512.03385, section 4.2)."""

    def __init__(self, inputs, planes, stride, attention):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, planes, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.attn = None if attention is None else attention(planes)
        self.downsample = None
        if inputs != planes:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, planes, 1, stride, bias=False), nn.BatchNorm2d(planes)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.attn is not None:
            y = self.attn(y)
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


class SmallResNet(nn.Module):
    """The ResNet of 6 n + 2 layers for small images, 16 to 64 channels; ``attention`` makes a module of a number of channels."""

    def __init__(self, layers, attention=None, classes=10):
        super().__init__()
        if layers % 6 != 2 or layers < 8:
            raise ValueError(f"A ResNet for small images has 6 n + 2 layers, not {layers}.")
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        inputs = 16
        for stage in range(3):
            blocks = []
            for i in range((layers - 2) // 6):
                blocks.append(SmallBlock(inputs, 16 << stage, 2 if stage > 0 and i == 0 else 1, attention))
                inputs = 16 << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = functional.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(x.mean((2, 3)))
