"""Small helpers to write an ONNX graph by hand, with 8-bit or 32-bit weights."""

from __future__ import annotations

import numpy
from onnx import NodeProto, TensorProto, helper, numpy_helper

OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8
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

    def linear(self, x: str, weights: dict[str, numpy.ndarray], name: str) -> str:
        bias = self.constant(weights[f"{name}.bias"], f"{name}.bias")
        product = self.op("MatMul", x, self.weight(weights[f"{name}.weight"].T, f"{name}.weight"))
        return self.op("Add", product, bias)

    def weight(self, matrix: numpy.ndarray, name: str, axis: int = 0) -> str:
        """A matrix of the model. Stored in 8 bits with one scale per slice across `axis` and written as
        arithmetic on constants, which the runtime does once when it loads the graph: it then computes in
        32 bits, so that a sentence comes out the same in any batch and on any processor."""
        if not self.quantised:
            return self.constant(matrix, name)
        root = self.outer or self
        if f"{name}.float" not in self.known:
            self.known.add(f"{name}.float")
            whole, scale = quantise(matrix, axis)
            scale = numpy.expand_dims(scale, axis)
            exact = root.op("Cast", root.constant(whole, name), to=TensorProto.FLOAT)
            root.op("Mul", exact, root.constant(scale, f"{name}.scale"), name=f"{name}.float")
        return f"{name}.float"


def quantise(matrix: numpy.ndarray, axis: int) -> tuple[numpy.ndarray, numpy.ndarray]:
    """8-bit weights with one scale per slice across `axis`."""
    scale = numpy.maximum(numpy.abs(matrix).max(axis=axis).astype(numpy.float32) / 127, 1e-8)
    whole = numpy.rint(matrix / numpy.expand_dims(scale, axis))
    return whole.clip(-127, 127).astype(numpy.int8), scale
