"""Writes the model as ONNX in the layout of the Opus-MT packs that Transformers.js loads:
an encoder, and one decoder whose `If` fills the cross-attention cache on its first step."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper

from . import resume, tokenizer
from .evaluate import load_average
from .graph import IR_VERSION, NOT_SEEN, OPSET, Graph
from .model import Shape
from .settings import EOS, PAIRS, UNK, Pair, work_dir

Weights = dict[str, numpy.ndarray]
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


class Exporter:
    def __init__(self, weights: Weights, shape: Shape, quantised: bool) -> None:
        self.weights, self.shape, self.quantised = weights, shape, quantised
        self.head = shape.width // shape.heads

    # Parts that both graphs use

    def embed(self, g: Graph, ids: str, start: str) -> str:
        rows = g.op("Gather", self._embedding(g), ids)
        length = g.op("Gather", g.op("Shape", ids), g.constant(numpy.array(1, numpy.int64), "one"))
        end = g.op("Add", start, length)
        steps = g.op("Range", start, end, g.constant(numpy.array(1, numpy.int64), "one"))
        steps = g.op("Unsqueeze", g.op("Cast", steps, to=FLOAT), g.integers(-1))
        rates = numpy.exp(numpy.arange(0, self.shape.width, 2) * (-math.log(10000.0) / self.shape.width))
        angles = g.op("Mul", steps, g.constant(rates.astype(numpy.float32), "rates"))
        places = g.op("Concat", g.op("Sin", angles), g.op("Cos", angles), axis=-1)
        return g.op("Add", g.op("Mul", rows, g.scalar(math.sqrt(self.shape.width))), places)

    def _embedding(self, g: Graph) -> str:
        """The one stored copy serves both ends of the model."""
        return g.weight(self.weights["embedding.weight"], "embedding.weight", axis=1)

    def padding(self, g: Graph, mask: str) -> str:
        absent = g.op("Sub", g.scalar(1.0), g.op("Cast", mask, to=FLOAT))
        return g.op("Unsqueeze", g.op("Mul", absent, g.scalar(NOT_SEEN)), g.integers(1, 2))

    def heads(self, g: Graph, x: str, name: str = "") -> str:
        apart = g.op("Reshape", x, g.integers(0, 0, self.shape.heads, self.head))
        return g.op("Transpose", apart, perm=[0, 2, 1, 3], name=name)

    def attend(self, g: Graph, query: str, keys: str, values: str, mask: str, name: str) -> str:
        scaled = g.op("Mul", self.heads(g, query), g.scalar(self.head ** -0.5))
        scores = g.op("MatMul", scaled, g.op("Transpose", keys, perm=[0, 1, 3, 2]))
        shares = g.op("Softmax", g.op("Add", scores, mask), axis=-1)
        mixed = g.op("Transpose", g.op("MatMul", shares, values), perm=[0, 2, 1, 3])
        mixed = g.op("Reshape", mixed, g.integers(0, 0, self.shape.width))
        return g.linear(mixed, self.weights, f"{name}.out")

    def feed(self, g: Graph, x: str, name: str) -> str:
        normed = g.norm(x, self.weights, f"{name}.feed_norm")
        wide = g.op("Relu", g.linear(normed, self.weights, f"{name}.feed.widen"))
        return g.op("Add", x, g.linear(wide, self.weights, f"{name}.feed.narrow"))

    # The two graphs

    def encoder(self) -> onnx.ModelProto:
        g = Graph(self.quantised)
        x = self.embed(g, "input_ids", g.constant(numpy.array(0, numpy.int64), "zero"))
        mask = self.padding(g, "attention_mask")
        for layer in range(self.shape.encoder_layers):
            name = f"encoder.{layer}"
            normed = g.norm(x, self.weights, f"{name}.attention_norm")
            query, key, value = (g.linear(normed, self.weights, f"{name}.attention.{part}")
                                 for part in ("query", "key", "value"))
            mixed = self.attend(g, query, self.heads(g, key), self.heads(g, value), mask, f"{name}.attention")
            x = self.feed(g, g.op("Add", x, mixed), name)
        last = g.norm(x, self.weights, "encoder_norm")
        g.op("Identity", last, name="last_hidden_state")
        ids = ["batch_size", "encoder_sequence_length"]
        return self._model(g, "encoder",
                           [("input_ids", INT64, ids), ("attention_mask", INT64, ids)],
                           [("last_hidden_state", FLOAT, [*ids, self.shape.width])])

    def decoder(self) -> onnx.ModelProto:
        g = Graph(self.quantised)
        layers = range(self.shape.decoder_layers)
        two = g.constant(numpy.array(2, numpy.int64), "two")
        past_length = g.op("Gather", g.op("Shape", "past_key_values.0.decoder.key"), two)
        x = self.embed(g, "input_ids", past_length)
        padding, causal = self.padding(g, "encoder_attention_mask"), self._causal(g, past_length)
        memories = self._memories(g)
        for layer in layers:
            name = f"decoder.{layer}"
            normed = g.norm(x, self.weights, f"{name}.self_norm")
            query, key, value = (g.linear(normed, self.weights, f"{name}.self_attention.{part}")
                                 for part in ("query", "key", "value"))
            keys, values = (
                g.op("Concat", f"past_key_values.{layer}.decoder.{part}", self.heads(g, new), axis=2,
                     name=f"present.{layer}.decoder.{part}") for part, new in (("key", key), ("value", value)))
            x = g.op("Add", x, self.attend(g, query, keys, values, causal, f"{name}.self_attention"))
            normed = g.norm(x, self.weights, f"{name}.cross_norm")
            query = g.linear(normed, self.weights, f"{name}.cross_attention.query")
            x = g.op("Add", x, self.attend(g, query, *memories[layer], padding, f"{name}.cross_attention"))
            x = self.feed(g, x, name)
        self._logits(g, g.norm(x, self.weights, "decoder_norm"))
        return self._model(g, "decoder", self._decoder_inputs(), self._decoder_outputs())

    def _causal(self, g: Graph, past_length: str) -> str:
        one, zero = (g.constant(numpy.array(v, numpy.int64), n) for v, n in ((1, "one"), (0, "zero")))
        end = g.op("Add", past_length, g.op("Gather", g.op("Shape", "input_ids"), one))
        rows = g.op("Unsqueeze", g.op("Range", past_length, end, one), g.integers(-1))
        later = g.op("Greater", g.op("Range", zero, end, one), rows)
        return g.op("Mul", g.op("Cast", later, to=FLOAT), g.scalar(NOT_SEEN))

    def _memories(self, g: Graph) -> list[tuple[str, str]]:
        """Cross-attention keys and values: computed on the first step, passed on after it."""
        names = [f"{layer}.encoder.{part}" for layer in range(self.shape.decoder_layers) for part in ("key", "value")]
        first, later = Graph(self.quantised, g), Graph(self.quantised, g)
        encoded = "encoder_hidden_states"
        for name in names:
            layer, _, part = name.split(".")
            made = first.linear(encoded, self.weights, f"decoder.{layer}.cross_attention.{part}")
            self.heads(first, made, name=f"first.{name}")
            later.op("Identity", f"past_key_values.{name}", name=f"later.{name}")
        axes = ["batch_size", self.shape.heads, "memory_length", self.head]
        branches = [helper.make_graph(b.nodes, label, [], [
            helper.make_tensor_value_info(f"{label}.{name}", FLOAT, axes) for name in names])
            for b, label in ((later, "later"), (first, "first"))]
        g.nodes.append(helper.make_node("If", ["use_cache_branch"], [f"present.{name}" for name in names],
                                        then_branch=branches[0], else_branch=branches[1]))
        return [(f"present.{i}.encoder.key", f"present.{i}.encoder.value") for i in range(self.shape.decoder_layers)]

    def _logits(self, g: Graph, states: str) -> None:
        bias = self.weights["output_bias"].copy()
        bias[[UNK, *range(2, 5), self.shape.vocabulary - 1]] = NOT_SEEN  # <unk>, the tags, <pad>
        offset = g.constant(bias, "output_bias")
        scores = g.op("MatMul", states, g.op("Transpose", self._embedding(g), perm=[1, 0]))
        g.op("Add", scores, offset, name="logits")

    def _decoder_inputs(self) -> list[tuple[str, int, list[object]]]:
        encoded = ["batch_size", "encoder_sequence_length"]
        inputs: list[tuple[str, int, list[object]]] = [
            ("encoder_attention_mask", INT64, encoded),
            ("input_ids", INT64, ["batch_size", "decoder_sequence_length"]),
            ("encoder_hidden_states", FLOAT, [*encoded, self.shape.width])]
        inputs += [(f"past_key_values.{n}", FLOAT, self._cache(n, "past_")) for n in self._cache_names()]
        return [*inputs, ("use_cache_branch", BOOL, [1])]

    def _decoder_outputs(self) -> list[tuple[str, int, list[object]]]:
        logits: list[object] = ["batch_size", "decoder_sequence_length", self.shape.vocabulary]
        return [("logits", FLOAT, logits),
                *((f"present.{n}", FLOAT, self._cache(n, "present_")) for n in self._cache_names())]

    def _cache_names(self) -> list[str]:
        return [f"{layer}.{side}.{part}" for layer in range(self.shape.decoder_layers)
                for side in ("decoder", "encoder") for part in ("key", "value")]

    def _cache(self, name: str, when: str) -> list[object]:
        side = name.split(".")[1]
        return ["batch_size", self.shape.heads, f"{when}{side}_sequence_length", self.head]

    @staticmethod
    def _model(g: Graph, name: str, inputs: list, outputs: list) -> onnx.ModelProto:  # noqa: ANN401
        infos = [[helper.make_tensor_value_info(*one) for one in side] for side in (inputs, outputs)]
        graph = helper.make_graph(g.nodes, name, infos[0], infos[1], g.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="octavia-training")
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model)
        return model


def configs(shape: Shape, pair: Pair) -> dict[str, dict[str, object]]:
    pad = shape.vocabulary - 1
    tokens = {"bad_words_ids": [[pad]], "bos_token_id": EOS, "decoder_start_token_id": pad, "eos_token_id": EOS,
              "forced_eos_token_id": EOS, "max_length": 256, "num_beams": 1, "pad_token_id": pad}
    config = {"model_type": "marian", "architectures": ["MarianMTModel"], "is_encoder_decoder": True,
              "d_model": shape.width, "vocab_size": shape.vocabulary, "decoder_vocab_size": shape.vocabulary,
              "encoder_layers": shape.encoder_layers, "decoder_layers": shape.decoder_layers,
              "num_hidden_layers": shape.encoder_layers,
              "encoder_attention_heads": shape.heads, "decoder_attention_heads": shape.heads,
              "encoder_ffn_dim": shape.feed_forward, "decoder_ffn_dim": shape.feed_forward,
              "max_position_embeddings": shape.positions, "scale_embedding": True, "normalize_before": True,
              "static_position_embeddings": True, "share_encoder_decoder_embeddings": True,
              "activation_function": "relu", "use_cache": True, **tokens}
    return {"config.json": config, "generation_config.json": tokens}


def export(pair: Pair, folder: Path, with_float: bool) -> None:
    model, trained = load_average(pair)
    weights = {name: value.numpy() for name, value in model.state_dict().items()}
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    tokenizer.write_hugging_face(pair, folder)
    for name, content in configs(model.shape, pair).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n")
    exporter = Exporter(weights, model.shape, quantised=True)
    onnx.save(exporter.encoder(), folder / "onnx/encoder_model_quantized.onnx")
    onnx.save(exporter.decoder(), folder / "onnx/decoder_model_merged_quantized.onnx")
    if with_float:
        exact = Exporter(weights, model.shape, quantised=False)
        onnx.save(exact.encoder(), work_dir() / pair.name / "encoder_model.onnx")
        onnx.save(exact.decoder(), work_dir() / pair.name / "decoder_model_merged.onnx")
    resume.save(pair, weights, trained)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        print(f"{path.stat().st_size:9} {hashlib.sha256(path.read_bytes()).hexdigest()} {path.relative_to(folder)}")
    print(trained)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=PAIRS, default="spa")
    parser.add_argument("--to", type=Path, help="folder; default models/starter/<pair>")
    parser.add_argument("--float", action="store_true", help="also 32-bit graphs, for checks, in the work folder")
    options = parser.parse_args()
    chosen = PAIRS[options.target]
    starter = Path(__file__).resolve().parents[2] / "starter"
    export(chosen, options.to or starter / chosen.name, options.float)
