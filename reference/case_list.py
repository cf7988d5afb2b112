"""The cases that make_cases.py makes: module, tag, settings, inputs, mode.

Small shapes with awkward sizes: one image, odd and unequal sides, one row, hidden width one, groups, every option once,
train mode wherever there is a batch norm, and a few inputs whose result is NaN by definition.
"""

from collections import namedtuple

Case = namedtuple("Case", "module tag config inputs train note fill")


def case(module, tag, inputs, train=False, note="", fill=None, **config):
    """``inputs`` is the shape of ``input`` or a dictionary of shapes in call order; ``fill`` replaces random inputs."""
    shapes = inputs if isinstance(inputs, dict) else {"input": inputs}
    return Case(module, tag, config, shapes, train, note, fill)


def attention(b, nq, nk, d, **more):
    return {"queries": (b, nq, d), "keys": (b, nk, d), "values": (b, nk, d), **more}


def states(layers, b, inputs, hidden):
    return {"input": (b, inputs), "ht": (layers, b, hidden), "ct": (layers, b, hidden)}


def unit(b, c, h, w):
    return {"input": (b, c, h, w), "org": (b, c, h, w), "ht": (1, b, c), "ct": (1, b, c)}


CASES = [
    case("GlobalContext", "default", (2, 40, 9, 7), channels=40),
    case("GlobalContext", "b1_row", (1, 12, 1, 13), channels=12, rd_ratio=0.25),
    case("GlobalContext", "average_divisor8", (2, 40, 5, 6), channels=40, use_attn=False, rd_ratio=0.2, rd_divisor=8),
    case("GlobalContext", "both_silu_tanh", (2, 10, 6, 5), channels=10, fuse_add=True, rd_channels=6, act_layer="silu",
         gate_layer="tanh"),
    case("GlobalContext", "gelu_hardsigmoid", (3, 9, 4, 4), channels=9, rd_channels=5, act_layer="gelu",
         gate_layer="hard_sigmoid"),
    case("GlobalContext", "no_fusion", (1, 5, 3, 4), channels=5, fuse_scale=False, note="the identity"),
    case("ContextBlock2d", "att_add", (2, 16, 7, 5), inplanes=16, planes=4),
    case("ContextBlock2d", "avg_mul_b1", (1, 9, 6, 7), inplanes=9, planes=5, pool="avg", fusions=["channel_mul"]),
    case("ContextBlock2d", "att_both", (3, 11, 4, 9), inplanes=11, planes=6, fusions=["channel_mul", "channel_add"]),
    case("NonLocal", "embedded", (2, 12, 6, 5), in_channels=12),
    case("NonLocal", "embedded_sub_noscale", (2, 9, 7, 6), in_channels=9, reduction=3, sub_sample=True,
         use_scale=False),
    case("NonLocal", "gaussian_sub_b1", (1, 6, 8, 5), in_channels=6, mode="gaussian", sub_sample=True),
    case("NonLocal", "dot_bn", (2, 8, 5, 5), in_channels=8, mode="dot_product", norm="BN"),
    case("NonLocal", "concatenation_sub", (2, 10, 6, 7), in_channels=10, mode="concatenation", sub_sample=True),
    case("NonLocal", "embedded_bn_train", (3, 8, 4, 5), train=True, in_channels=8, norm="BN"),
    case("SimplifiedNonLocal", "odd", (2, 13, 5, 7), inplanes=13),
    case("SimplifiedNonLocal", "b1_column", (1, 8, 11, 1), inplanes=8),
    case("ExternalAttention", "tied", (2, 10, 6, 5), c=10, k=12, tied=True),
    case("ExternalAttention", "untied_b1", (1, 7, 5, 9), c=7, k=64),
    case("ExternalAttention", "untied_train", (3, 8, 5, 4), train=True, c=8, k=16),
    case("ScaledDotProductAttention", "self", attention(2, 9, 9, 16), d_model=16, d_k=4, d_v=4, h=4),
    case("ScaledDotProductAttention", "cross_b1", attention(1, 5, 8, 10), d_model=10, d_k=6, d_v=3, h=2),
    case("ScaledDotProductAttention", "mask_weights", attention(2, 6, 7, 12, mask=(2, 1, 6, 7), weights=(2, 3, 6, 7)),
         d_model=12, d_k=5, d_v=4, h=3, note="the mask broadcasts over the heads"),
    case("ScaledDotProductAttention", "hidden_query", attention(2, 4, 5, 8, mask=(2, 2, 4, 5)), fill="hide_first_query",
         d_model=8, d_k=4, d_v=4, h=2, note="a query without keys is NaN"),
    case("SimplifiedScaledDotProductAttention", "self", attention(2, 8, 8, 15), d_model=15, h=5),
    case("SimplifiedScaledDotProductAttention", "cross_mask", attention(2, 4, 6, 12, mask=(2, 3, 4, 6)), d_model=12,
         h=3),
    case("SKAttention", "groups", (2, 12, 7, 6), channel=12, kernels=[3, 5], reduction=4, group=3, L=5),
    case("SKAttention", "four_b1", (1, 8, 9, 5), channel=8, kernels=[1, 3, 5, 7], reduction=16, L=4),
    case("SKAttention", "train", (3, 9, 5, 6), train=True, channel=9, kernels=[1, 3], reduction=3, L=2),
    case("DAModule", "odd", (2, 9, 5, 4), d_model=9, kernel_size=3, H=5, W=4),
    case("DAModule", "k5_b1", (1, 6, 4, 7), d_model=6, kernel_size=5, H=4, W=7),
    case("PositionAttentionModule", "odd", (2, 7, 4, 5), d_model=7, kernel_size=3, H=4, W=5),
    case("ChannelAttentionModule", "odd", (2, 7, 4, 5), d_model=7, kernel_size=3, H=4, W=5),
    case("SEWeightModule", "r4", (3, 12, 4, 5), channels=12, reduction=4),
    case("PSAModule", "default", (2, 32, 6, 7), inplans=32, planes=64),
    case("PSAModule", "stride2_b1", (1, 8, 9, 7), inplans=8, planes=64, conv_kernels=[1, 3, 5, 7], stride=2,
         conv_groups=[1, 2, 4, 8]),
    case("SEAttention", "r4", (2, 16, 5, 7), channel=16, reduction=4),
    case("SEAttention", "hidden1_b1", (1, 9, 1, 8), channel=9, reduction=9),
    case("Encoding", "image", (2, 9, 5, 4), D=9, K=6),
    case("Encoding", "sequence_b1", (1, 7, 13), D=7, K=3),
    case("EncModule", "classes", (2, 10, 6, 5), in_channels=10, nclass=4, ncodes=6),
    case("EncModule", "no_classes_b1", (1, 9, 4, 7), in_channels=9, nclass=3, ncodes=5, se_loss=False),
    case("EncModule", "train", (3, 8, 5, 5), train=True, in_channels=8, nclass=3, ncodes=4),
    case("CovpoolLayer", "odd", (2, 7, 5, 6)),
    case("CovpoolLayer", "channels_over_pixels_b1", (1, 12, 2, 3)),
    case("SqrtmLayer", "one_step", (2, 6, 6), fill="covariance", iterN=1),
    case("SqrtmLayer", "two_steps", (2, 7, 7), fill="covariance", iterN=2),
    case("SqrtmLayer", "five_steps_b1", (1, 12, 12), fill="covariance", iterN=5),
    case("SqrtmLayer", "zero_trace", (2, 4, 4), fill="zeros", iterN=3, note="0/0"),
    case("TriuvecLayer", "not_symmetric", (2, 6, 6)),
    case("MPNCOVHead", "three_steps", (2, 11, 6, 5), in_channels=11, isqrt_dim=6, num_classes=4),
    case("MPNCOVHead", "five_steps_train", (3, 8, 5, 4), train=True, in_channels=8, isqrt_dim=5, iterN=5,
         num_classes=3),
    case("GSoPBlock", "odd", (2, 11, 5, 6), channels=11, att_dim=7),
    case("GSoPBlock", "stride2_b1", (1, 12, 7, 8), channels=12, att_dim=5, dr_stride=2),
    case("GSoPBlock", "train", (3, 10, 5, 4), train=True, channels=10, att_dim=4),
    case("MultiSpectralAttentionLayer", "top16", (2, 32, 7, 7), channel=32, dct_h=7, dct_w=7, reduction=8),
    case("MultiSpectralAttentionLayer", "low4_pooled_b1", (1, 12, 10, 9), channel=12, dct_h=7, dct_w=7, reduction=4,
         freq_sel_method="low4"),
    case("MultiSpectralAttentionLayer", "bot8_enlarged", (2, 16, 5, 9), channel=16, dct_h=7, dct_w=14, reduction=4,
         freq_sel_method="bot8"),
    case("BiAttention", "r4", (2, 16, 5, 6), channels=16, reduction=4),
    case("BiAttention", "r5_b1", (1, 15, 4, 7), channels=15, reduction=5),
    case("BiAttention", "train", (3, 12, 4, 3), train=True, channels=12, reduction=4),
    case("ECA", "k3", (2, 11, 5, 6), channel=11, k_size=3),
    case("ECA", "k7_b1", (1, 5, 4, 7), channel=5, k_size=7, note="the filter is longer than the channels"),
    case("CALayer", "r4", (2, 12, 6, 5), channel=12, reduction=4),
    case("CALayer", "r5_b1", (1, 10, 3, 8), channel=10, reduction=5),
    case("RCAB", "k3", (2, 8, 6, 5), n_feat=8, reduction=4),
    case("RCAB", "k5_nobias_b1", (1, 6, 7, 4), n_feat=6, kernel_size=5, reduction=2, bias=False),
    case("RCAB", "bn", (2, 6, 5, 5), n_feat=6, reduction=3, bn=True),
    case("RCAB", "bn_train", (3, 6, 4, 6), train=True, n_feat=6, reduction=2, bn=True),
    case("LSTMCell", "wide", states(1, 3, 12, 8), input_size=12, hidden_size=8),
    case("LSTMCell", "three_layers_b1", states(3, 1, 9, 9), input_size=9, hidden_size=9, nlayers=3),
    case("DIAUnit", "odd", unit(2, 11, 5, 6), channels=11),
    case("DIANet", "three", (2, 12, 5, 4), channels=12, layers=3),
    case("DIANet", "two_relu_b1", (1, 9, 4, 7), channels=9, layers=2, relu_after=True),
    case("SRM", "odd", (2, 9, 5, 4), channel=9),
    case("SRM", "train", (4, 7, 3, 5), train=True, channel=7),
    case("SRM", "one_pixel", (2, 5, 1, 1), channel=5, note="an unbiased deviation of one value is 0/0"),
    case("GCT", "l2", (2, 9, 5, 6), num_channels=9),
    case("GCT", "l1_b1", (1, 7, 6, 4), num_channels=7, mode="l1", epsilon=1e-3),
    case("GCT", "l1_after_relu", (2, 8, 4, 5), fill="positive", num_channels=8, mode="l1", after_relu=True),
    case("CbamModule", "r4_b3_odd", (3, 13, 5, 7), channels=13, rd_ratio=0.25),
    case("CbamModule", "k3_bias_silu", (2, 24, 9, 4), channels=24, rd_channels=5, spatial_kernel_size=3, act_layer="silu",
         mlp_bias=True),
    case("CbamModule", "train", (4, 16, 6, 5), train=True, channels=16, rd_ratio=0.25),
    case("CoordAttn", "bias_skip_odd", (2, 18, 5, 9), channels=18, rd_channels=7, bias=True, has_skip=True),
    case("CoordAttn", "relu_b1", (1, 40, 3, 11), channels=40, rd_divisor=4, act_layer="relu"),
    case("CoordAttn", "train", (4, 12, 6, 5), train=True, channels=12),
    case("SimAM", "b3_odd", (3, 7, 5, 9)),
    case("SimAM", "lambda1", (2, 10, 4, 4), e_lambda=0.1),
    case("SOCA", "odd", (2, 12, 5, 6), channel=12, reduction=4),
    case("SOCA", "cropped_b1", (1, 6, 15, 18), channel=6, reduction=3, crop=10),
    case("SubSpace", "odd", (2, 7, 5, 6), nin=7),
    case("SubSpace", "train", (3, 5, 4, 6), train=True, nin=5),
    case("ULSAM", "g3", (2, 12, 5, 7), nin=12, num_splits=3, h=5, w=7),
    case("ULSAM", "g1_b1", (1, 5, 6, 4), nin=5, num_splits=1, h=6, w=4),
    case("ULSAM", "g2_train", (3, 8, 5, 4), train=True, nin=8, num_splits=2, h=5, w=4),
]
