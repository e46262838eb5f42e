#!/usr/bin/env python3
"""A seeded corpus of realistic posts: `python bench/corpus.py OUT N [--seed 7] [--bad K] [--git]`.

Writes OUT/socialsync.yaml and OUT/posts/YYYY/MM/<id>.yaml, N files of 0.4 to 1.5 KB written as people write them:
comments, literal blocks, emoji, hashtags, overrides, two targets on average. `--bad K` plants four mistakes into every
K-th file; `--git` commits the lot. Standard library only, so that every peer can be fed the same files.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess

CONFIG = """namespace: bench
timezone: Europe/Berlin
late: 30m
sites:
  main:
    emulator: true
    posts: posts/
    accounts:
      facebook: "700800900"
      facebook@berlin: "700800901"
      linkedin: "urn:li:organization:90411822"
      gbp: "1122/555666"
"""
TARGETS = ("facebook", "facebook@berlin", "linkedin", "gbp")
_SAID = (
    "spring launch our new collection of handmade ceramics is live today with free shipping across the country meet "
    "the makers behind every mug and bowl we fire twice a week in small batches so colours vary a little that is the "
    "charm join us on friday for an open studio tour coffee and cake included bring a friend tell us which glaze you "
    "would pick and why behind the scenes wheel throwing kiln opening limited edition restock workshop tickets"
)
WORDS = _SAID.split(" ")
SLUGS = sorted({word for word in WORDS if len(word) > 2})
EMOJI = ("🎉", "🚀", "✨", "🔥", "☕", "🌿", "🎨", "📸", "❤️", "👩‍🎨", "🏺")
TAGS = ("ceramics", "handmade", "studio", "springsale", "makers", "Töpfern", "slowliving", "kilnopening", "workshop")


def sentence(rand: random.Random, words: int) -> str:
    said = " ".join(rand.choice(WORDS) for _ in range(words)).capitalize()
    return said + rand.choice((".", "!", "?", "…", f" {rand.choice(EMOJI)}"))


def block(rand: random.Random, lines: int, indent: int) -> list[str]:
    return [" " * indent + sentence(rand, rand.randint(6, 13)) for _ in range(lines)]


def post(rand: random.Random, number: int, bad: bool) -> tuple[str, str]:
    """Path and text of one post."""
    year, month, day = 2030 + number % 3, rand.randint(1, 12), rand.randint(1, 28)
    post_id = f"{year}-{month:02d}-{rand.choice(SLUGS)}-{rand.choice(SLUGS)}-{number:06d}"
    clock = f"{rand.randint(6, 21):02d}:{rand.choice(('00', '15', '30', '45'))}"
    lines = [f"# {rand.choice(('Draft by', 'Owner:', 'Reviewed by'))} {rand.choice(('mia', 'jon', 'ana'))}"]
    lines += [f"id: {post_id}", f"schedule: {year}-{month:02d}-{day:02d} {clock}  # agreed"]
    if rand.random() < 0.2:
        lines.append(f"timezone: {rand.choice(('America/New_York', 'Asia/Tokyo', 'UTC'))}")
    lines += ["text: |", *block(rand, rand.randint(2, 5), 2)]
    lines.append("  " + " ".join(f"#{tag}" for tag in rand.sample(TAGS, 3)))
    if rand.random() < 0.4:
        lines.append(f"link: https://shop.example.com/p/{rand.choice(SLUGS)}-{number}?ref=social")
    if bad:
        lines += ["colour: teal", "state: sheduled"]
    lines.append("channels:")
    for target in rand.sample(TARGETS, rand.choice((1, 2, 2, 3))):
        lines.append(f"  {target}:")
        if rand.random() < 0.45:
            lines += ["    text: >-", *block(rand, rand.randint(2, 4), 6)]
        if target == "gbp" and rand.random() < 0.5:
            lines.append(f"    call_to_action: {'buy' if bad else rand.choice(('shop', 'order', 'learn_more'))}")
    if bad:
        lines.append("  facebok:")
    return f"posts/{year}/{month:02d}/{post_id}.yaml", "\n".join(lines) + "\n"


def write(out: str, count: int, *, seed: int = 7, bad: int = 0) -> int:
    """Write the corpus; returns its size in bytes."""
    rand = random.Random(seed)
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, "socialsync.yaml"), "w", encoding="utf-8") as file:
        file.write(CONFIG)
    size = 0
    for number in range(count):
        path, text = post(rand, number, bool(bad) and number % bad == bad - 1)
        full = os.path.join(out, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            size += file.write(text.encode())
    return size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--bad", type=int, default=0)
    parser.add_argument("--git", action="store_true")
    asked = parser.parse_args()
    size = write(asked.out, asked.count, seed=asked.seed, bad=asked.bad)
    print(f"{asked.count} files, {size} bytes, {size // max(asked.count, 1)} on average")
    if asked.git:
        who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0")
        for step in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "corpus")):
            subprocess.run(["git", "-C", asked.out, *who, *step], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
