"""Writes the training texts, one a line, in a seeded random order.

Usage: corpus.py SCRATCH [COUNT]
Reads SCRATCH/wordnet/data.* (WordNet 3.0) and SCRATCH/sdist/Django-5.2.tar.gz (its docs, BSD-3-Clause); the rest is the grammar in phrases.py.
"""

import random
import re
import sys
import tarfile
from pathlib import Path

from phrases import PLAIN, SETTINGS, THINGS, TOPICS, build_question

QUESTION_FRAMES_NOUN = [
    "What is {a}?", "What does {n} mean?", "What is the meaning of {n}?", "Is {n} dangerous?", "How does {a} work?", "Where can I find {n}?",
    "What are the best examples of {n}?", "How much does {a} cost?", "Who invented the {n}?", "Why is {n} important?", "Is there a cure for {n}?",
    "What causes {n}?", "How do I choose {a}?", "What is the difference between {n} and {m}?", "Which is better, {n} or {m}?",
    "Is {n} the same as {m}?", "How is {n} related to {m}?", "What is the history of {n}?", "Tell me about {n}", "when was {n} first used",
    "Can {n} be used as {m}?", "What happens if {n} meets {m}?", "What are the pros and cons of {n}?", "how many kinds of {n} are there",
    "Should I worry about {n}?", "Do I need {n} for {m}?", "What is {n} made of?", "Where does {n} come from?", "I want to learn about {n}",
]
QUESTION_FRAMES_ACT = [
    "How do I {v}?", "How can I {v}?", "What is the best way to {v}?", "Is it possible to {v}?", "Why do people {v}?", "Can you {v}?",
    "What happens when you {v}?", "Is it safe to {v}?", "What does it take to {v}?", "how to {v}", "When should I {v}?", "Should I {v}?",
    "Why can't I {v}?", "How long does it take to {v}?", "Do I have to {v}?", "What should I do to {v}?", "What is it called to {v}?",
]


def with_article(noun: str) -> str:
    return ("an " if noun[0].lower() in "aeiou" else "a ") + noun


def read_wordnet(folder: Path):
    """(part of speech, words, gloss, examples) of each entry."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="latin1").splitlines():
            if line.startswith("  "):
                continue
            fields, gloss = line.split(" | ", 1)
            names = fields.split(" ")
            words = [re.sub(r"\(.*\)", "", names[4 + 2 * at]).replace("_", " ") for at in range(int(names[3], 16))]
            examples = re.findall(r'"([^"]+)"', gloss)
            definition = re.sub(r"\([^)]*\)", "", gloss.split('; "')[0]).strip(" ;")
            yield part, words, re.sub(r"\s+", " ", definition), examples


def wordnet_texts(folder: Path, chance: random.Random):
    entries = list(read_wordnet(folder))
    nouns = [entry[1][0] for entry in entries if entry[0] == "noun" and entry[1][0].count(" ") < 2]
    for part, words, definition, examples in entries:
        short = definition.split(";")[0]
        yield f"{words[0]}: {definition}" if chance.random() < 0.3 else definition
        yield from examples
        for word in words[:3]:
            if part == "noun":
                frame = chance.choice(QUESTION_FRAMES_NOUN)
                yield frame.format(n=word, a=with_article(word), m=chance.choice([*words, chance.choice(nouns)]))
            if part in ("adj", "adv"):
                yield chance.choice(["What does {w} mean?", "Is it {w}?", "What is another word for {w}?", "How {w} is {n}?", "{w} {n}"]).format(w=word, n=chance.choice(nouns))
            if part == "verb":
                yield chance.choice(QUESTION_FRAMES_ACT).format(v=f"{word} {chance.choice(['', 'the ', 'my ', 'a '])}{chance.choice(nouns)}")
        if part == "verb":
            yield chance.choice(QUESTION_FRAMES_ACT).format(v=short)
        if part == "noun" and chance.random() < 0.3:
            yield chance.choice(["What do you call {d}?", "What is the name for {d}?", "Where can I find {d}?", "looking for {d}"]).format(d=short)


def passages(folder: Path, chance: random.Random):
    """Longer texts: glosses and examples of neighbouring entries, as a passage of a document would hold."""
    entries = list(read_wordnet(folder))
    for start in range(0, len(entries) - 4, 5):
        lines = []
        for part, words, definition, examples in entries[start : start + chance.randint(2, 4)]:
            lines.append(f"{words[0].capitalize()} is {definition}." if part == "noun" else f"{words[0].capitalize()}: {definition}.")
            lines.extend(f"{text[0].upper()}{text[1:]}." for text in examples[:1])
        yield " ".join(lines)[:500]


def documentation(archive: Path):
    with tarfile.open(archive) as tar:
        for member in tar:
            if not re.search(r"/docs/.*\.txt$", member.name):
                continue
            text = tar.extractfile(member).read().decode("utf8")
            for paragraph in re.split(r"\n\s*\n", text):
                if paragraph.startswith((" ", ".. ", "=", "-", "*")) or "::" in paragraph:
                    continue
                plain = re.sub(r":[\w:]+:`~?\.?([^`<]+?)(?:\s*<[^`]*>)?`", r"\1", paragraph).replace("`", "")
                plain = " ".join(plain.split())
                if 40 < len(plain) < 700:
                    yield plain
                    yield re.split(r"(?<=[.?!]) ", plain)[0]


def main() -> None:
    scratch = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 160_000
    chance = random.Random(20_26)
    lexical = list(dict.fromkeys(wordnet_texts(scratch / "wordnet", chance)))
    long = list(passages(scratch / "wordnet", chance))
    docs = list(dict.fromkeys(documentation(scratch / "sdist" / "Django-5.2.tar.gz")))
    questions = list(dict.fromkeys(build_question(chance) for _ in range(count)))
    for group in (lexical, long, docs, questions):
        chance.shuffle(group)
    shares = [(questions, 0.5), (lexical, 0.38), (long, 0.07), (docs, 0.05)]
    texts = [text for group, share in shares for text in group[: int(count * share)]]
    chance.shuffle(texts)
    texts = [" ".join(text.split()) for text in texts if text.strip()]
    (scratch / "texts.txt").write_text("\n".join(texts) + "\n", encoding="utf8")
    print(len(lexical), len(long), len(docs), len(questions), "->", len(texts), "topics", len(TOPICS), len(THINGS), len(PLAIN), len(SETTINGS))


if __name__ == "__main__":
    main()
