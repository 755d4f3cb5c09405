"""Trains the static model and writes the model folder.

Usage: train.py SCRATCH OUT [DIMENSIONS] [BIGRAMS]
A text's vector is the sum of its rows (one for each WordPiece token, one for each known pair of neighbouring tokens, each times a power of its count), scaled to length 1.
Rows start as the teacher's own vectors of single tokens and are then trained to reproduce the teacher's vectors of whole texts.
A part of the start is mixed in again, and the directions that all rows share are weakened.
"""

import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

import numpy
from scipy import sparse

from teacher import CHUNK, open_tokenizer

BUDGET_BYTES = 7_950_000
EPOCHS = 6
DAMPING = 0.03  # part of the mean gradient added to each row's own, so that rare tokens stay near their start
BATCH = 1024
PEAK_RATE = 0.003
TEMPERATURE = 0.05
ANCHOR = 1e-4
HELD_OUT = 2048
COUNT_POWER = 0.7  # of a token that occurs several times; the loader reads it from the header
START_SHARE = 0.1  # of the starting rows in the finished ones: words that the texts seldom have keep their meaning
WHITENING = 0.2  # 0 leaves the axes of the finished rows as they are, 1 makes all equally long
RELATION, CLOSENESS, CONTRAST = 10.0, 1.0, 2.0  # weights of the three parts of the loss
BITS = 9  # random planes that sort the texts into alike batches


def keep_tokens(vocabulary: list[str]) -> list[int]:
    """Without placeholders and other scripts; what is left covers English text, digits, punctuation and accented Latin letters."""
    pattern = re.compile(r"^(##)?[\x21-\x7e£€°–—’‘“”…•×™©]+$")
    return [index for index, token in enumerate(vocabulary) if pattern.match(token) and not (token.startswith("[") and len(token) > 1)]


def load_texts(scratch: Path, tokenizer):
    files = sorted((scratch / "chunks").glob("*.npy"))
    texts = (scratch / "texts.txt").read_text(encoding="utf8").splitlines()
    count = min(len(files) * CHUNK, len(texts))
    targets = numpy.concatenate([numpy.load(file) for file in files]).astype(numpy.float32)[:count]
    tokens = [found.ids for found in tokenizer.encode_batch(texts[:count], add_special_tokens=False)]
    return tokens, targets


def choose_bigrams(rows: list[list[int]], room: int) -> list[tuple[int, int]]:
    counts = Counter(pair for row in rows for pair in set(zip(row, row[1:])))
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [pair for pair, count in ordered[:room] if count >= 20]


def count_matrix(rows, pair_of, size: int) -> sparse.csr_matrix:
    indices, starts = [], [0]
    for row in rows:
        indices.extend(row)
        indices.extend(pair_of[pair] for pair in zip(row, row[1:]) if pair in pair_of)
        starts.append(len(indices))
    data = numpy.ones(len(indices), dtype=numpy.float32)
    matrix = sparse.csr_matrix((data, indices, starts), shape=(len(rows), size))
    matrix.sum_duplicates()
    matrix.data **= COUNT_POWER
    return matrix


def normalise(vectors: numpy.ndarray) -> numpy.ndarray:
    return vectors / numpy.maximum(numpy.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def softmax(logits: numpy.ndarray) -> numpy.ndarray:
    logits = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return logits / logits.sum(axis=1, keepdims=True)


def gradient(student: numpy.ndarray, target: numpy.ndarray) -> tuple[float, numpy.ndarray]:
    """Loss and its gradient by the unit student vectors: be near the teacher's vector, and see the same neighbours in the batch as the teacher does."""
    count = len(student)
    wanted = softmax(target @ target.T / TEMPERATURE)
    found = softmax(student @ target.T / TEMPERATURE)
    loss = -float((wanted * numpy.log(found + 1e-9)).sum()) / count
    result = CONTRAST * (found - wanted) @ target  # the 1/temperature is left out: it only scales the step
    likeness = student @ student.T - target @ target.T
    numpy.fill_diagonal(likeness, 0)
    result += RELATION * likeness @ student / numpy.sqrt(count)
    result -= target * CLOSENESS
    return loss, result



def order_alike(targets: numpy.ndarray, chance) -> numpy.ndarray:
    """A random order in which texts of like meaning meet in a batch, since telling those apart is what matters."""
    planes = chance.standard_normal((targets.shape[1], BITS)).astype(numpy.float32)
    bucket = ((targets @ planes) > 0) @ (1 << numpy.arange(BITS))
    return numpy.lexsort((chance.random(len(targets)), bucket))


def train(matrix, targets, start, seed: int = 7, epochs: int = EPOCHS):
    chance = numpy.random.default_rng(seed)
    rows = start.copy()
    first, second = numpy.zeros_like(rows), numpy.zeros_like(rows)
    train_matrix, train_targets = matrix[HELD_OUT:], targets[HELD_OUT:]
    total = epochs * (len(train_targets) // BATCH)
    step = 0
    for epoch in range(epochs):
        order = order_alike(train_targets, chance)
        starts = chance.permutation(len(order) // BATCH) * BATCH
        losses = []
        for at in starts:
            part = order[at : at + BATCH]
            inputs, target = train_matrix[part], train_targets[part]
            sums = inputs @ rows
            lengths = numpy.maximum(numpy.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
            student = sums / lengths
            loss, by_student = gradient(student, target)
            by_sum = (by_student - student * (by_student * student).sum(axis=1, keepdims=True)) / lengths
            change = (inputs.T @ by_sum).astype(numpy.float32) / BATCH
            change += ANCHOR / BATCH * (rows - start)
            step += 1
            rate = PEAK_RATE * min(1, step / 100) * (1 - step / (total + 1))
            first += 0.1 * (change - first)
            second += 0.01 * (change * change - second)
            corrected = second / (1 - 0.99**step)
            rows -= rate * (first / (1 - 0.9**step)) / (numpy.sqrt(corrected) + DAMPING * numpy.sqrt(corrected.mean()) + 1e-12)
            losses.append(loss)
        held = normalise(matrix[:HELD_OUT] @ rows)
        print(f"epoch {epoch} loss {numpy.mean(losses):.4f} held-out cosine {(held * targets[:HELD_OUT]).sum(axis=1).mean():.4f}", flush=True)
    return rows


def whiten(rows: numpy.ndarray, tokens: int) -> numpy.ndarray:
    """Weakens the axes along which the tokens' rows are longest, since they hold what all texts have in common."""
    _, lengths, axes = numpy.linalg.svd(rows[:tokens], full_matrices=False)
    return (rows @ axes.T * (lengths[0] / lengths) ** WHITENING).astype(numpy.float32)


def write_model(out: Path, vocabulary: list[str], pairs: list[list[int]], rows: numpy.ndarray) -> None:
    out.mkdir(parents=True, exist_ok=True)
    scale = numpy.maximum(numpy.abs(rows).max(axis=1), 1e-9) / 127
    quantised = numpy.rint(rows / scale[:, None]).astype(numpy.int8)
    contents = {
        "vocabulary.txt": ("\n".join(vocabulary) + "\n").encode("utf8"),
        "pairs.u16": numpy.array(pairs, dtype="<u2").tobytes(),
        "scales.f32": scale.astype("<f4").tobytes(),
        "vectors.i8": quantised.tobytes(),
    }
    files = {}
    for name, content in contents.items():
        (out / name).write_bytes(content)
        files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    header = {"format": 2, "id": "builtin-en-2", "dimensions": rows.shape[1], "tokens": len(vocabulary), "pairs": len(pairs), "countPower": COUNT_POWER,
        "unknownNorm": round(float(numpy.median(numpy.linalg.norm(rows[: len(vocabulary)], axis=1))), 4), "files": files}
    (out / "model.json").write_text(json.dumps(header, indent=2) + "\n", encoding="utf8")


def main() -> None:
    scratch, out = Path(sys.argv[1]), Path(sys.argv[2])
    dimensions = int(sys.argv[3]) if len(sys.argv) > 3 else 256
    most_pairs = int(sys.argv[4]) if len(sys.argv) > 4 else 100_000
    tokenizer = open_tokenizer(scratch)
    full = [tokenizer.id_to_token(index) for index in range(tokenizer.get_vocab_size())]
    kept = keep_tokens(full)
    vocabulary = [full[index] for index in kept]
    new_id = {old: new for new, old in enumerate(kept)}
    tokens, targets = load_texts(scratch, tokenizer)
    rows_of = [[new_id[token] for token in row if token in new_id] for row in tokens]
    vocabulary_bytes = len("\n".join(vocabulary).encode("utf8")) + 40_000
    room = (BUDGET_BYTES - vocabulary_bytes - len(kept) * (dimensions + 4)) // (dimensions + 8)
    pairs = choose_bigrams(rows_of, max(0, min(most_pairs, room)))
    print(len(targets), "texts", len(kept), "tokens", len(pairs), "pairs", flush=True)

    singles = numpy.load(scratch / "token-vectors.npy")[kept]
    _, _, axes = numpy.linalg.svd(targets[:40_000], full_matrices=False)  # not centred: cosines stay the teacher's
    axes = axes[:dimensions].T.astype(numpy.float32)
    goal = normalise(targets @ axes)
    counts = numpy.bincount(numpy.concatenate([numpy.array(row) for row in rows_of]), minlength=len(kept))
    zipf = 1 / (numpy.arange(len(kept)) + 10)
    share = 0.5 * counts / counts.sum() + 0.5 * zipf / zipf.sum()
    start = (singles - singles.mean(axis=0)) @ axes * (0.001 / (0.001 + share))[:, None]
    start = numpy.concatenate([start, numpy.zeros((len(pairs), dimensions))]).astype(numpy.float32)
    pair_of = {pair: len(kept) + at for at, pair in enumerate(pairs)}
    matrix = count_matrix(rows_of, pair_of, len(start))
    held = normalise(matrix[:HELD_OUT] @ start)
    print("start cosine", (held * goal[:HELD_OUT]).sum(axis=1).mean(), flush=True)
    rows = train(matrix, goal, start)
    rows = whiten((1 - START_SHARE) * rows + START_SHARE * start, len(kept))
    write_model(out, vocabulary, [list(pair) for pair in pairs], rows)


if __name__ == "__main__":
    main()
