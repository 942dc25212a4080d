"""How a shop's mails look and speak, read from TOML."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jinja2 import UndefinedError

from models.reasons import Code
from recsvc.app import create_app
from recsvc.email.brand import DARK, LIGHT, Brand, load_brand, shipped_texts
from recsvc.errors import SettingsError
from recsvc.fragment.words import words_of
from recsvc.settings import Settings

BLOCK = "/v1/email/email_newsletter"


def loaded(path: Path, text: str) -> Brand:
    path.write_text(text, "utf-8")
    return load_brand(path, "en-GB")


def refused(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    with pytest.raises(SettingsError) as told:
        load_brand(path, "en-GB")
    return [fault.removeprefix(f"{path}: ") for fault in told.value.faults]


def test_a_shop_names_only_what_it_changes(tmp_path: Path) -> None:
    brand = loaded(
        tmp_path / "email.toml",
        '[email]\nlocale = "pl_PL"\n[email.colours]\nbutton = "#00aa00"\n[email.texts]\nbutton = "Kup"\n'
        '[email.texts.reasons]\npopular = "Hit"\n',
    )
    assert brand.colours == msgspec.structs.replace(LIGHT, button="#00aa00")
    assert (brand.dark, brand.width, brand.reads) == (DARK, 600, "ltr")
    assert (brand.says.button, brand.says.reasons["popular"]) == ("Kup", "Hit")
    assert brand.says.reasons["trending"] == "Teraz na topie"


def test_without_a_file_mails_are_plain_and_english() -> None:
    brand = load_brand(None, "en-GB")
    assert (brand.says.button, brand.says.reasons, brand.reads) == ("Shop now", {}, "ltr")
    assert Brand(locale="de_DE").says.button == "Shop now"


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = (
        '[email]\nlocal = "pl_PL"\nwidth = 900\nfont = "x;}"\n[email.colours]\nbutton = "red"\nbuton = "#000000"\n'
        "[email.utm]\nsource = 5\n[other]\n"
    )
    assert sorted(refused(tmp_path / "email.toml", text.encode())) == [
        "email.colours.buton is not known; did you mean 'button'?",
        "email.colours.button must look like #1a2b3c",
        "email.font must look like Arial, Helvetica, sans-serif",
        "email.local is not known; did you mean 'locale'?",
        "email.utm.source must be text",
        "email.width must be at most 700",
        "other is not known",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"[email]\nlocale = 'xx-none'\n", "email.locale must be a locale such as pl-PL"),
        (b"[email.texts.reasons]\npopula = 'x'\n", "email.texts.reasons.popula is no code of a reason; did you mean"),
        (b"[email.texts.reasons]\nsimilar = 'as {titel}'\n", "email.texts.reasons.similar may hold {title} and no"),
        (b"[email\n", "the file is no valid TOML"),
        (b"\xff", "is not UTF-8"),
        (b"email = 3\n", "email must be an object"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, content: bytes, fault: str) -> None:
    (told,) = refused(tmp_path / "email.toml", content)
    assert told.startswith(fault)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_brand(tmp_path / "none.toml", "en-GB")


def test_shipped_texts_have_a_phrase_for_every_reason() -> None:
    texts = shipped_texts()
    assert set(texts) == {"en", "pl", "cs", "ru"}
    for language in texts.keys() - {"en"}:
        assert set(texts[language].reasons) == {code.key for code in Code}


@pytest.mark.parametrize(
    ("price", "currency", "locale", "text"),
    [
        (1299.5, "PLN", "pl_PL", "1 299,50 zł"),
        (12999.5, "PLN", "pl_PL", "12 999,50 zł"),
        (1299.5, "CZK", "cs_CZ", "1 299,50 Kč"),
        (1299.5, "RUB", "ru_RU", "1 299,50 ₽"),
        (1299.5, "GBP", "en_GB", "£1,299.50"),
        (1299.0, "JPY", "ja_JP", "￥1,299"),
        (1299.5, None, "de_DE", "1.299,50"),
        (None, "EUR", "de_DE", None),
    ],
)
def test_prices_are_written_as_people_write_them(
    price: float | None, currency: str | None, locale: str, text: str | None
) -> None:
    written = words_of(locale).price(price, currency)
    assert (written and written.replace("\xa0", " ").replace("\u202f", " ")) == text


POLISH = '[email]\nlocale = "pl_PL"\n[email.colours]\nbutton = "#00aa00"\n[email.utm]\ncampaign = "maj"\nmedium = ""\n'


def test_blocks_speak_the_shops_language(mail_settings: Settings, call: Any, tmp_path: Path) -> None:
    (tmp_path / "email.toml").write_text(POLISH)
    tool = call(create_app(replace(mail_settings, email=tmp_path / "email.toml")), "server")
    block = tool.get(f"{BLOCK}.json?customer_id=c0003&slots=6").json
    assert block["item_1_price_text"].replace("\xa0", " ").endswith(" €")
    assert {item["reason"].split(":")[0] for item in block["items"]} <= {
        phrase.split(":")[0] for phrase in shipped_texts()["pl"].reasons.values()
    }
    assert ("Zobacz" in block["html"], "#00aa00" in block["html"], 'lang="pl"' in block["html"]) == (True, True, True)
    assert "utm_campaign=maj&" in block["item_1_link"]
    assert "utm_medium" not in block["item_1_link"]


@pytest.mark.parametrize("layout", ["grid-2", "grid-3", "list", "hero"])
def test_right_to_left_turns_the_block_round(mail_settings: Settings, call: Any, tmp_path: Path, layout: str) -> None:
    (tmp_path / "email.toml").write_text('[email]\nlocale = "he_IL"\n')
    tool = call(create_app(replace(mail_settings, email=tmp_path / "email.toml")), "server")
    html = tool.get(f"{BLOCK}.html?slots=3&layout={layout}").text
    assert 'dir="rtl"' in html
    assert 'align="left"' not in html
    assert html.count('align="right"') >= 6
    assert 'direction="rtl"' in tool.get(f"{BLOCK}.mjml?slots=3&layout={layout}").text
    assert tool.get(f"{BLOCK}/1.png").status_code == 200


def test_a_designers_templates_stand_in_for_those_shipped(mail_settings: Settings, call: Any, tmp_path: Path) -> None:
    (tmp_path / "block.txt").write_text("{% for place in places %}* {{ place.product.title }}\n{% endfor %}")
    tool = call(create_app(replace(mail_settings, email_templates=tmp_path)), "server")
    assert tool.get(f"{BLOCK}.txt?slots=2").text.count("* Type") == 2
    assert "<table" in tool.get(f"{BLOCK}.html?slots=2").text


def test_a_template_that_fails_costs_no_mail(
    mail_settings: Settings, call: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "block.txt").write_text("{{ places[0].product.titel }}")
    tool = call(create_app(replace(mail_settings, email_templates=tmp_path)), "server")
    assert tool.get(f"{BLOCK}.txt?slots=2").text.startswith("1. Type")
    assert "a template fails" in caplog.text


def test_templates_that_cannot_be_read_are_refused_at_the_start(mail_settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    with pytest.raises(SettingsError, match="is no folder"):
        create_app(replace(mail_settings, email_templates=folder))
    folder.mkdir()
    (folder / "list.html").write_text("one\n{% if %}")
    (folder / "block.css").write_bytes(b"\xff")
    with pytest.raises(SettingsError) as told:
        create_app(replace(mail_settings, email_templates=folder))
    assert [fault.split(": ")[0] for fault in told.value.faults] == [f"{folder}/block.css", f"{folder}/list.html"]
    assert "line 2" in told.value.faults[1]
    assert "is not UTF-8" in told.value.faults[0]


def test_a_fault_of_ours_is_not_hidden(mail_settings: Settings) -> None:
    faces = create_app(mail_settings).service.mail.faces
    with pytest.raises(UndefinedError):
        faces.text((object(),), "list")  # type: ignore[arg-type] - what is no place
