"""Encodes texts with all-MiniLM-L6-v2 (int8 ONNX) and keeps the vectors on disk.

Usage: teacher.py SCRATCH tokens   one vector for each vocabulary entry, from `[CLS] token [SEP]`
       teacher.py SCRATCH texts    the first MOST_TEXTS lines of SCRATCH/texts.txt in chunks of 4096 lines; a finished chunk is not done again
"""

import sys
from pathlib import Path

import numpy
import onnxruntime
from tokenizers import Tokenizer

CHUNK = 4096
MOST_TEXTS = 35 * CHUNK
BATCH = 32
MAX_TOKENS = 128


def open_teacher(scratch: Path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    model = next((scratch / "weights").rglob("model.onnx"))
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def open_tokenizer(scratch: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(next((scratch / "weights").rglob("tokenizer.json"))))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def encode(session, rows: list[list[int]]) -> numpy.ndarray:
    """Mean over the tokens, then unit length, batched by length so that little is padded."""
    names = {field.name for field in session.get_inputs()}
    result = numpy.zeros((len(rows), 384), dtype=numpy.float32)
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]))
    for start in range(0, len(order), BATCH):
        part = order[start : start + BATCH]
        width = max(len(rows[index]) for index in part)
        ids = numpy.zeros((len(part), width), dtype=numpy.int64)
        mask = numpy.zeros_like(ids)
        for line, index in enumerate(part):
            ids[line, : len(rows[index])] = rows[index]
            mask[line, : len(rows[index])] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        output = session.run(None, {key: value for key, value in feed.items() if key in names})[0]
        if output.ndim == 3:
            weights = mask[:, :, None].astype(numpy.float32)
            output = (output * weights).sum(axis=1) / weights.sum(axis=1)
        result[part] = output / numpy.linalg.norm(output, axis=1, keepdims=True)
    return result


def main() -> None:
    scratch, what = Path(sys.argv[1]), sys.argv[2]
    session, tokenizer = open_teacher(scratch), open_tokenizer(scratch)
    if what == "tokens":
        first, last = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        rows = [[first, token, last] for token in range(tokenizer.get_vocab_size())]
        numpy.save(scratch / "token-vectors.npy", encode(session, rows))
        return
    texts = (scratch / "texts.txt").read_text(encoding="utf8").splitlines()[:MOST_TEXTS]
    (scratch / "chunks").mkdir(exist_ok=True)
    for start in range(0, len(texts), CHUNK):
        target = scratch / "chunks" / f"{start // CHUNK:04d}.npy"
        if not target.exists():
            rows = [found.ids for found in tokenizer.encode_batch(texts[start : start + CHUNK])]
            numpy.save(target, encode(session, rows).astype(numpy.float16))
            print(target.name, flush=True)


if __name__ == "__main__":
    main()
