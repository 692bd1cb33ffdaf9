"""Small helpers to write an ONNX graph by hand, with 8-bit or 32-bit weights."""

from __future__ import annotations

import numpy
from onnx import NodeProto, TensorProto, helper, numpy_helper

OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8
# Unsigned with a zero point: 8-bit kernels that multiply unsigned by signed
# saturate on processors without VNNI; unsigned by unsigned is exact everywhere.
ZERO_POINT = 128
NOT_SEEN = -1e4


class Graph:
    """Collects nodes and initializers; every method returns the name of its result."""

    def __init__(self, quantised: bool, outer: "Graph | None" = None) -> None:
        self.quantised = quantised
        self.outer = outer
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = outer.initializers if outer else []
        self.known: set[str] = outer.known if outer else set()
        self.counter: list[int] = outer.counter if outer else [0]

    def op(self, kind: str, *inputs: str, outputs: int = 1, name: str = "", **attributes: object) -> str:
        return self.ops(kind, *inputs, outputs=outputs, name=name, **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: int = 1, name: str = "", **attributes: object) -> list[str]:
        self.counter[0] += 1
        results = [name or f"{kind}_{self.counter[0]}"] if outputs == 1 else [
            f"{kind}_{self.counter[0]}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), results, **attributes))
        return results

    def constant(self, value: numpy.ndarray, name: str = "") -> str:
        self.counter[0] += 1
        name = name or f"constant_{self.counter[0]}"
        if name not in self.known:
            self.known.add(name)
            self.initializers.append(numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(numpy.array(values, dtype=numpy.int64), "integers_" + "_".join(map(str, values)))

    def scalar(self, value: float) -> str:
        return self.constant(numpy.array(value, dtype=numpy.float32), f"scalar_{value}")

    def norm(self, x: str, weights: dict[str, numpy.ndarray], name: str) -> str:
        scale = self.constant(weights[f"{name}.weight"], f"{name}.weight")
        bias = self.constant(weights[f"{name}.bias"], f"{name}.bias")
        return self.op("LayerNormalization", x, scale, bias, axis=-1, epsilon=1e-5)

    def prepare(self, x: str) -> tuple[str, ...]:
        """Quantises an activation once for all the products that read it."""
        return tuple(self.ops("DynamicQuantizeLinear", x, outputs=3)) if self.quantised else (x,)

    def linear(self, x: tuple[str, ...], weights: dict[str, numpy.ndarray], name: str) -> str:
        bias = self.constant(weights[f"{name}.bias"], f"{name}.bias")
        return self.op("Add", self.product(x, weights[f"{name}.weight"].T, f"{name}.weight"), bias)

    def product(self, x: tuple[str, ...], matrix: numpy.ndarray, name: str) -> str:
        if not self.quantised:
            return self.op("MatMul", x[0], self.constant(matrix, name))
        whole, scale = quantise(matrix, axis=0)
        return self.integer_product(x, self.constant(whole, name), self.constant(scale, f"{name}.scale"))

    def integer_product(self, x: tuple[str, ...], matrix: str, scale: str) -> str:
        zero = self.constant(numpy.array(ZERO_POINT, dtype=numpy.uint8), "zero_point")
        counted = self.op("MatMulInteger", x[0], matrix, x[2], zero)
        return self.op("Mul", self.op("Cast", counted, to=TensorProto.FLOAT), self.op("Mul", x[1], scale))


def quantise(matrix: numpy.ndarray, axis: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """8-bit weights around ZERO_POINT with one scale per slice across `axis`."""
    scale = numpy.abs(matrix).max(axis=axis).astype(numpy.float32) / 127
    scale = numpy.maximum(scale, 1e-8)
    whole = numpy.rint(matrix / numpy.expand_dims(scale, axis)) + ZERO_POINT
    return whole.clip(1, 255).astype(numpy.uint8), scale
