"""Tiny ONNX models as bytes, so that backends can be tested offline without the package onnx.

Only the few protobuf fields that ONNX Runtime needs; numbers are those of onnx.proto (IR version 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Shape = Sequence[int]
FLOAT = 1


def _varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _block(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _value_info(name: str, shape: Shape) -> bytes:
    dims = b"".join(_block(1, _number(1, n)) for n in shape)
    tensor = _number(1, FLOAT) + _block(2, dims)
    return _block(1, name) + _block(2, _block(1, tensor))


def _tensor(name: str, values: NDArray[np.float32]) -> bytes:
    dims = b"".join(_number(1, n) for n in values.shape)
    return dims + _number(2, FLOAT) + _block(8, name) + _block(9, values.astype("<f4").tobytes())


def _node(kind: str, inputs: Sequence[str], output: str) -> bytes:
    return b"".join(_block(1, name) for name in inputs) + _block(2, output) + _block(4, kind)


def _model(
    nodes: Sequence[bytes],
    tensors: Mapping[str, NDArray[np.float32]],
    input_shape: Shape,
    outputs: Mapping[str, Shape],
) -> bytes:
    graph = b"".join(_block(1, node) for node in nodes) + _block(2, "tiny")
    graph += b"".join(_block(5, _tensor(name, values)) for name, values in tensors.items())
    graph += _block(11, _value_info("image", input_shape))
    graph += b"".join(_block(12, _value_info(name, shape)) for name, shape in outputs.items())
    opset = _block(1, "") + _number(2, 13)
    return _number(1, 8) + _block(8, opset) + _block(7, graph)


def colour_classifier(weight: Sequence[float], bias: float, side: int) -> bytes:
    """logit = weight . normalised colour + bias for each pixel of a ``[1, 3, side, side]`` input."""
    tensors = {
        "weight": np.asarray(weight, np.float32).reshape(1, 3, 1, 1),
        "bias": np.asarray([bias], np.float32),
    }
    node = _node("Conv", ("image", "weight", "bias"), "logits")
    return _model([node], tensors, (1, 3, side, side), {"logits": (1, 1, side, side)})


def constant(outputs: Mapping[str, NDArray[np.float32]], input_shape: Shape) -> bytes:
    """A model that gives the same arrays for every input."""
    tensors = {f"{name}_values": values for name, values in outputs.items()}
    nodes = [_node("Identity", (f"{name}_values",), name) for name in outputs]
    return _model(nodes, tensors, input_shape, {name: values.shape for name, values in outputs.items()})
