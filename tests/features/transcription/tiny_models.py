"""Models small enough to be made by a test, in the formats of real ones. They hear loudness, not words."""

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MELS, EVERY = 80, 8
VOCABULARY = ("▁да", "<blk>")


def nemo_ctc(folder: Path, vocabulary: tuple[str, ...] = VOCABULARY, output: str = "logprobs") -> Path:
    """A NeMo CTC model that says "да" once for each stretch that is louder than the rest."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = np.array([[4.0, -4.0]], np.float32)
    nodes = [
        helper.make_node(
            "AveragePool", ["audio_signal"], ["pooled"], kernel_shape=[EVERY], strides=[EVERY], ceil_mode=1
        ),
        helper.make_node("ReduceMean", ["pooled", "mels"], ["loudness"], keepdims=1),
        helper.make_node("Transpose", ["loudness"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["turned", "weights"], ["scores"]),
        helper.make_node("LogSoftmax", ["scores"], [output], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "loudness",
        [
            helper.make_tensor_value_info("audio_signal", TensorProto.FLOAT, ["batch", MELS, "time"]),
            helper.make_tensor_value_info("length", TensorProto.INT64, ["batch"]),
        ],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "steps", 2])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.array([1]), "mels")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, str(folder / "model.onnx"))
    lines = [f"{token} {number}" for number, token in enumerate(vocabulary)]
    (folder / "vocab.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"model_type": "nemo-conformer-ctc"}))
    return folder
