"""The captioner on tiny networks with random weights: what they are asked, and what of it is kept."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.errors import ContractError, EstimationError
from models.captioning import load
from models.captioning.transformers import TransformersCaptioner, TransformersCaptioningConfig

WORDS = ("a", "room", "sky", "tree", "wall", "what", "is", "here", "?", "USER:", "ASSISTANT:")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "<image>")
CHAT = "USER: {% for part in messages[0]['content'] %}{% if part['type'] == 'image' %}<image> {% else %}{{ part['text'] }} {% endif %}{% endfor %}ASSISTANT:"  # noqa: E501


def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate((*SPECIAL, *WORDS))}
    words = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", bos_token="[CLS]", eos_token="[SEP]",
        extra_special_tokens={"image_token": "<image>"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def chatting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from transformers import (
        CLIPImageProcessor,
        CLIPVisionConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    torch.manual_seed(3)
    eyes = CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=28,
        patch_size=14,
    )  # fmt: skip
    voice = LlamaConfig(
        vocab_size=len(SPECIAL) + len(WORDS), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, pad_token_id=0, bos_token_id=2, eos_token_id=3,
    )  # fmt: skip
    config = LlavaConfig(
        vision_config=eyes, text_config=voice, image_token_index=4, vision_feature_select_strategy="default"
    )
    folder = tmp_path_factory.mktemp("chatting")
    LlavaForConditionalGeneration(config).save_pretrained(folder)
    pictures = CLIPImageProcessor(size={"shortest_edge": 28}, crop_size={"height": 28, "width": 28})
    LlavaProcessor(
        pictures, tokenizer(), patch_size=14, vision_feature_select_strategy="default", chat_template=CHAT,
        image_token="<image>", num_additional_image_tokens=1,
    ).save_pretrained(folder)  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def captioning_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from models.torchvision_ops import register_missing_ops

    register_missing_ops()
    import torch
    from transformers import (
        BertTokenizer,
        BlipConfig,
        BlipForConditionalGeneration,
        BlipImageProcessor,
        BlipProcessor,
    )

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("captioning")
    (folder / "vocab.txt").write_text("\n".join((*SPECIAL, *WORDS)) + "\n")
    small = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = BlipConfig(
        vision_config={**small, "image_size": 32, "patch_size": 16},
        text_config={
            **small, "vocab_size": len(SPECIAL) + len(WORDS), "encoder_hidden_size": 16, "bos_token_id": 2,
            "pad_token_id": 0, "eos_token_id": 3, "sep_token_id": 3, "max_position_embeddings": 64,
        },
        projection_dim=16,
    )  # fmt: skip
    BlipForConditionalGeneration(config).save_pretrained(folder)
    BlipProcessor(
        BlipImageProcessor(size={"height": 32, "width": 32}), BertTokenizer.from_pretrained(folder)
    ).save_pretrained(folder)
    return folder


def tiny(folder: Path, **changes: Any) -> TransformersCaptioningConfig:
    return TransformersCaptioningConfig(
        model=str(folder), device="cpu", half_precision=False, question="what is here ?", **changes
    )


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (40, 56, 3), np.uint8)


@pytest.mark.parametrize("folder", ["chatting_folder", "captioning_folder"])
def test_a_picture_gets_words_and_always_the_same(folder: str, request: pytest.FixtureRequest) -> None:
    captioner = load(tiny(request.getfixturevalue(folder), most_tokens=8))
    caption = captioner.describe(noise())
    words = caption.replace("?", " ?").split()  # BERT's tokenizer puts the mark to the word
    assert 1 <= len(words) <= 8 and set(words) <= set(WORDS)
    assert captioner.describe(noise()) == caption


def test_the_question_is_put_and_not_repeated(chatting_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captioner = TransformersCaptioner(tiny(chatting_folder, most_tokens=4))
    captioner.describe(noise())
    asked: list[Any] = []
    generate = captioner._network.generate

    def watched(**inputs: Any) -> Any:
        asked.append(captioner._processor.decode(inputs["input_ids"][0], skip_special_tokens=False))
        return generate(**inputs)

    monkeypatch.setattr(captioner._network, "generate", watched)
    caption = captioner.describe(noise())
    assert "what is here ?" in asked[0] and "<image>" in asked[0]
    assert "what is here ?" not in caption and len(caption.split()) <= 4


def test_silence_is_an_error(chatting_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    captioner = TransformersCaptioner(tiny(chatting_folder))
    captioner.describe(noise())
    monkeypatch.setattr(captioner._processor, "decode", lambda *_, **__: " ")
    with pytest.raises(EstimationError, match="said nothing"):
        captioner.describe(noise())


def test_refuses_what_is_no_picture(chatting_folder: Path) -> None:
    with pytest.raises(ContractError, match="not a picture"):
        load(tiny(chatting_folder)).describe(np.zeros((4, 4), np.uint8))


def test_says_what_is_missing(tmp_path: Path) -> None:
    assert "no config.json" in str(tiny(tmp_path).missing())
    assert "pin the hub commit" in str(TransformersCaptioningConfig(device="cpu").missing())
