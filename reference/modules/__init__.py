"""Every module in plain PyTorch: one class each, named and parametrised like the publication's code.

Constructor arguments, the names in ``state_dict`` and the names of the inputs are those of the reference cases, so that
``build(module, config)`` takes a case's settings as they are. Weights are random at first; cases bring their own.
"""

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
    """A module or operation by its name and settings (a case's ``config``); raises ValueError where they do not fit."""
    known = MODULES | OPERATIONS
    if module not in known:
        raise ValueError(f"There is no module {module!r}; use one of {', '.join(MODULES)}.")
    try:
        return known[module](**config)
    except TypeError as error:
        raise ValueError(f"The settings {config} do not fit {module}: {error}.") from error
