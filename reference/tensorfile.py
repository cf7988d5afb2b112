"""Reads and writes .safetensors files with nothing but NumPy and PyTorch.

The format: eight bytes with the length of the header (little endian), the header (JSON: dtype, shape and place of
each tensor by its name, and texts under ``__metadata__``), then the bytes of the tensors without gaps.
"""

import json
import os
import struct
import tempfile

import numpy as np
import torch

MAX_HEADER = 100 * 1000 * 1000
NUMPY = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "BOOL": "?"}
NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.bool: "BOOL",
}


def write(path, tensors, metadata):
    """Writes tensors (name -> torch tensor) and metadata (str -> str); the file appears only when it is complete."""
    arrays = {}
    for name, tensor in tensors.items():
        dtype = NAMES[tensor.dtype]
        arrays[name] = (dtype, tensor.detach().cpu().contiguous().numpy().astype(NUMPY[dtype], copy=False))
    # large elements first keeps every tensor aligned to its element
    order = sorted(arrays, key=lambda name: (-arrays[name][1].itemsize, name))
    header = {"__metadata__": metadata} if metadata else {}
    at = 0
    for name in order:
        dtype, array = arrays[name]
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [at, at + array.nbytes]}
        at += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(struct.pack("<Q", len(text)))
            file.write(text)
            for name in order:
                file.write(arrays[name][1].tobytes())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def read(path):
    """Returns (tensors, metadata) of a file; raises ValueError with a sentence where it is not a safetensors file."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = file.read(8)
        length = struct.unpack("<Q", start)[0] if len(start) == 8 else MAX_HEADER + 1
        if length > MAX_HEADER or 8 + length > size:
            raise ValueError(f"{path} is not a safetensors file: its header does not fit into its {size} bytes.")
        header = json.loads(file.read(length).decode("utf-8"))
        metadata = header.pop("__metadata__", {})
        data = file.read()
    return {name: _tensor(path, name, entry, data) for name, entry in header.items()}, metadata


def _tensor(path, name, entry, data):
    if entry["dtype"] == "BF16":  # NumPy has no such type: a bfloat16 is the upper half of a float32
        raw = np.frombuffer(_slice(path, name, entry, data, 2), dtype="<u2").astype("<u4") << 16
        array = raw.view("<f4")
    elif entry["dtype"] in NUMPY:
        dtype = np.dtype(NUMPY[entry["dtype"]])
        array = np.frombuffer(_slice(path, name, entry, data, dtype.itemsize), dtype=dtype).copy()
    else:
        raise ValueError(f"Tensor {name} of {path} has the type {entry['dtype']}, which is not read here; use F32.")
    return torch.from_numpy(array.reshape(entry["shape"]))


def _slice(path, name, entry, data, itemsize):
    begin, end = entry["data_offsets"]
    count = int(np.prod(entry["shape"], dtype=np.int64))
    if not 0 <= begin <= end <= len(data) or end - begin != count * itemsize:
        raise ValueError(f"Tensor {name} of {path} does not have the bytes of its shape; write it again.")
    return data[begin:end]
