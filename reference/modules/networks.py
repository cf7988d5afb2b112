"""Whole networks that timm does not have, named and parametrised like ours."""

import re

from torch import nn
from torch.nn import functional

from .branches import PSAModule
from .gates import ECA, GCT, MultiSpectralAttentionLayer, SEAttention, SRM


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


LAYERS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
SLOTS = {cls.__name__: cls for cls in (ECA, MultiSpectralAttentionLayer, SEAttention, SRM)}


def conv(inputs, outputs, kernel, stride, gated):
    """A convolution without bias; a gated channel transformation in front of it where the network has one."""
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(GCT(inputs), layer) if gated else layer


class PaperBlock(nn.Module):
    """torchvision's block, basic or a bottleneck (its 3x3 convolution maybe a PSA module, or each convolution behind a GCT), and a
    module behind its last norm under the name ``slot``."""

    def __init__(self, kind, inputs, planes, stride, attention, slot):
        super().__init__()
        gated = kind == "gct"
        outputs = planes if kind == "basic" else 4 * planes
        if kind == "basic":
            self.conv1 = conv(inputs, planes, 3, stride, False)
            self.conv2 = conv(planes, planes, 3, 1, False)
        else:
            self.conv1 = conv(inputs, planes, 1, stride if gated else 1, gated)
            self.conv2 = (
                PSAModule(planes, planes, stride=stride)
                if kind == "psa"
                else conv(planes, planes, 3, 1 if gated else stride, gated)
            )
            self.conv3 = conv(planes, outputs, 1, 1, gated)
            self.bn3 = nn.BatchNorm2d(outputs)
        self.bn1 = nn.BatchNorm2d(planes)
        self.bn2 = nn.BatchNorm2d(planes)
        self.slot = slot
        if attention is not None:
            setattr(self, slot, attention(outputs))
        self.downsample = None
        if stride > 1 or inputs != outputs:
            gate = [GCT(inputs)] if gated else []
            shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.downsample = nn.Sequential(*gate, shortcut, nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if hasattr(self, "conv3"):
            y = self.bn3(self.conv3(functional.relu(y)))
        if hasattr(self, self.slot):
            y = getattr(self, self.slot)(y)
        return functional.relu(y + (x if self.downsample is None else self.downsample(x)))


def slot_module(settings):
    """Makes a module of a number of channels by a config's ``attn``; None for none."""
    if settings is None:
        return None
    cls = SLOTS[settings["type"]]
    others = {name: value for name, value in settings.items() if name != "type"}
    return lambda channels: cls(channel=channels, **others)


class PaperResNet(nn.Module):
    """torchvision's ResNet with the modules of papers on attention; ``config`` is that of our networks. ``forward`` also gives what
    is inside by its name, where ``trail`` is a dictionary."""

    def __init__(self, config):
        super().__init__()
        kind = config["block"]
        width = config.get("stem_width", 64)
        stem = nn.Module() if kind == "gct" else self
        stem.conv1 = conv(3, width, 7, 2, kind == "gct")
        stem.bn1 = nn.BatchNorm2d(width)
        if stem is not self:
            self.stem = stem
        inputs = width
        for i, (layers, planes) in enumerate(zip(config["layers"], config["channels"])):
            attn = config["attn"]
            attention = slot_module(attn[i] if isinstance(attn, list) else attn)
            blocks = []
            for b in range(layers):
                stride = 2 if i > 0 and b == 0 else 1
                blocks.append(PaperBlock(kind, inputs, planes, stride, attention, config.get("slot", "attn")))
                inputs = planes if kind == "basic" else 4 * planes
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(inputs, config["num_classes"])

    def forward(self, x, trail=None):
        trail = {} if trail is None else trail
        stem = getattr(self, "stem", self)
        x = trail["relu"] = functional.relu(stem.bn1(stem.conv1(x)))
        x = trail["maxpool"] = functional.max_pool2d(x, 3, 2, 1)
        for i in range(1, 5):
            x = trail[f"layer{i}"] = getattr(self, f"layer{i}")(x)
        x = trail["avgpool"] = x.mean((2, 3))
        return self.fc(x)


def paper_config(name):
    """The config of ``fcanet50``, ``eca_resnet101``, ``se_resnet18``, ``epsanet50``, ``gct_resnet50`` and their like; None for another name."""
    found = re.fullmatch(r"(fcanet|eca_resnet|se_resnet|srm_resnet|epsanet|gct_resnet)(\d+)", name)
    if not found or int(found.group(2)) not in LAYERS:
        return None
    kind, depth = found.group(1), int(found.group(2))
    block = {"epsanet": "psa", "gct_resnet": "gct"}.get(kind, "basic" if depth < 50 else "bottleneck")
    kernels = {50: (3, 5, 5, 7), 101: (3, 3, 5, 7), 152: (3, 3, 5, 7)}.get(depth, (3, 3, 3, 3))
    attn, slot = {
        "fcanet": ([{"type": "MultiSpectralAttentionLayer", "dct_h": n, "dct_w": n} for n in (56, 28, 14, 7)], "att"),
        "eca_resnet": ([{"type": "ECA", "k_size": k} for k in kernels], "eca"),
        "se_resnet": ({"type": "SEAttention"}, "se"),
        "srm_resnet": ({"type": "SRM"}, "srm"),
    }.get(kind, (None, "attn"))
    return {
        "block": block,
        "layers": LAYERS[depth],
        "channels": (64, 128, 256, 512),
        "attn": attn,
        "slot": slot,
        "num_classes": 1000,
    }
