"""Every module in plain PyTorch: one class each, named and parametrised like the publication's code.

Constructor arguments, the names in ``state_dict`` and the names of the inputs are those of the reference cases, so that
``build(module, config)`` takes a case's settings as they are. Weights are random at first; cases bring their own.
"""

import re

from .branches import PSAModule, SEWeightModule, SKAttention
from .context import ContextBlock2d, GlobalContext, SimplifiedNonLocal
from .encoding import EncModule, Encoding
from .gates import CALayer, ECA, GCT, MultiSpectralAttentionLayer, RCAB, SEAttention, SRM
from .gates import dct_filters, eca_kernel_size, frequency_indices
from .operations import OPERATIONS
from .pairwise import (
    ChannelAttentionModule,
    DAModule,
    ExternalAttention,
    NonLocal,
    PositionAttentionModule,
    ScaledDotProductAttention,
    SimplifiedScaledDotProductAttention,
)
from .recurrent import DIANet, DIAUnit, LSTMCell
from .networks import PaperResNet, SmallResNet, paper_config
from .spatial import CbamModule, CoordAttn, SimAM
from .second_order import BiAttention, CovpoolLayer, GSoPBlock, MPNCOVHead, SOCA, SqrtmLayer, TriuvecLayer
from .subspace import SubSpace, ULSAM

__all__ = ["MODULES", "OPERATIONS", "build", "dct_filters", "eca_kernel_size", "frequency_indices"]

MODULES = {
    cls.__name__: cls
    for cls in (
        GlobalContext, ContextBlock2d, NonLocal, SimplifiedNonLocal, ExternalAttention, ScaledDotProductAttention,
        SimplifiedScaledDotProductAttention, SKAttention, DAModule, PositionAttentionModule, ChannelAttentionModule,
        SEWeightModule, PSAModule, SEAttention, Encoding, EncModule, CovpoolLayer, SqrtmLayer, TriuvecLayer, MPNCOVHead,
        GSoPBlock, MultiSpectralAttentionLayer, BiAttention, ECA, CALayer, RCAB, LSTMCell, DIAUnit, DIANet, SRM, GCT,
        SOCA, SubSpace, ULSAM, CbamModule, CoordAttn, SimAM,
    )
}


def build(module, config):
    """A module, an operation or one of timm's networks by its name and settings (a case's ``config``); raises ValueError
    where they do not fit."""
    known = MODULES | OPERATIONS
    if module not in known:
        if set(config) == {"height", "width"}:
            return network(module, config["height"], config["width"])
        raise ValueError(f"There is no module {module!r}; use one of {', '.join(MODULES)}.")
    try:
        return known[module](**config)
    except TypeError as error:
        raise ValueError(f"The settings {config} do not fit {module}: {error}.") from error


def network(name, height, width):
    """A small ResNet of our own (``resnet20_cifar``, ``resnet20_cifar+SEAttention``), a paper's ResNet (``fcanet50``), or one of timm's
    networks for images of this size, such that it can be exported."""
    small = re.fullmatch(r"resnet(\d+)_cifar(?:\+(\w+))?", name)
    if small:
        slot = small.group(2)
        if slot is not None and slot not in MODULES:
            raise ValueError(f"There is no module {slot!r}; use one of {', '.join(MODULES)}.")
        return SmallResNet(int(small.group(1)), MODULES.get(slot))
    paper = paper_config(name)
    if paper is not None:
        return PaperResNet(paper)
    try:
        import timm
    except ImportError as error:
        raise ValueError(f"Network {name!r} is timm's, which this Python lacks; install timm.") from error
    if name not in timm.list_models():
        raise ValueError(f"timm {timm.__version__} has no network {name!r}; leave it out.")
    try:
        return timm.create_model(name, exportable=True, img_size=(height, width))
    except TypeError:  # most networks take every size
        return timm.create_model(name, exportable=True)
