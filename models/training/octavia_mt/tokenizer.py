"""Trains the joint unigram vocabulary and writes it as a Hugging Face tokenizer.json."""

from __future__ import annotations

import json
import random
from pathlib import Path

import sentencepiece

from . import clean
from .collect import read_rows
from .languages import LANGUAGES
from .settings import (DOC_TAG, EOS, EOS_TOKEN, KINDS, PAD_TOKEN, RULE_TAG, UNK, UNK_TOKEN,
                       VOCABULARY, Pair, work_dir)

METASPACE = "▁"
# Marks every model must spell, beside its language's letters, whatever the sample held.
REQUIRED = "0123456789€£%'\"-;:()…"


def train(pair: Pair) -> None:
    folder = work_dir() / pair.name
    sample = folder / "vocabulary-sample.txt"
    sample.write_text("\n".join(_sample(read_rows(folder / "pairs.tsv"))), "utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(sample), model_prefix=str(folder / "pieces"), model_type="unigram",
        vocab_size=VOCABULARY - 1,  # <pad> takes the last id, as in Opus-MT
        eos_id=EOS, unk_id=UNK, bos_id=-1, pad_id=-1, user_defined_symbols=[DOC_TAG, RULE_TAG, pair.target_tag],
        normalization_rule_name="identity", split_digits=True, character_coverage=0.9998,
        required_chars=LANGUAGES[pair.target].letters + REQUIRED, num_threads=2, input_sentence_size=400_000, minloglevel=1)


def _sample(rows: list[tuple[str, str, str, str]]) -> list[str]:
    chance = random.Random(1)
    lines = []
    for domain, _, source, target in rows:
        for _ in range(round(KINDS[domain].weight + 0.5 * chance.random())):
            lines.append(clean.speech_form(source) if chance.random() < 0.4 else source)
            lines.append(target)
    return lines


def load(pair: Pair) -> sentencepiece.SentencePieceProcessor:
    return sentencepiece.SentencePieceProcessor(model_file=str(work_dir() / pair.name / "pieces.model"))


def write_hugging_face(pair: Pair, folder: Path) -> None:
    pieces = load(pair)
    vocab = [[pieces.id_to_piece(i), pieces.get_score(i)] for i in range(len(pieces))] + [[PAD_TOKEN, 0.0]]
    special = [EOS_TOKEN, UNK_TOKEN, DOC_TAG, RULE_TAG, pair.target_tag, PAD_TOKEN]
    ids = {piece: index for index, (piece, _) in enumerate(vocab)}
    added = [{"id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False,
              "normalized": False, "special": True} for token in special]
    metaspace = {"type": "Metaspace", "replacement": METASPACE, "add_prefix_space": True, "prepend_scheme": "always"}
    template = {"type": "TemplateProcessing",
                "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": EOS_TOKEN, "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}},
                         {"SpecialToken": {"id": EOS_TOKEN, "type_id": 0}}],
                "special_tokens": {EOS_TOKEN: {"id": EOS_TOKEN, "ids": [EOS], "tokens": [EOS_TOKEN]}}}
    tokenizer = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
                 "normalizer": {"type": "NFKC"}, "pre_tokenizer": metaspace,
                 "post_processor": template, "decoder": metaspace,
                 "model": {"type": "Unigram", "unk_id": UNK, "vocab": vocab, "byte_fallback": False}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    config = {"tokenizer_class": "MarianTokenizer", "source_lang": pair.source, "target_lang": pair.target,
              "eos_token": EOS_TOKEN, "unk_token": UNK_TOKEN, "pad_token": PAD_TOKEN,
              "model_max_length": 512, "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2), "utf-8")
