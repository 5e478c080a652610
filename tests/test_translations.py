"""The texts in each language: complete, and in the form that Home Assistant takes."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any

import pytest
import voluptuous as vol

import custom_components.zender
from homeassistant.helpers import config_validation as cv

FOLDER = Path(custom_components.zender.__file__).parent / "translations"
LANGUAGES = sorted(FOLDER.glob("*.json"))

URL = re.compile(r"(\w+://|www\.)", re.IGNORECASE)
QUOTED_PLACEHOLDER = re.compile(r"'{\w+}'")
KEY = re.compile(r"^(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])$")


def read(file: Path) -> dict[str, Any]:
    """Return a language."""
    texts: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return texts


def leaves(branch: Mapping[str, Any], parent: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its whole name."""
    for key, value in branch.items():
        name = f"{parent}.{key}" if parent else key
        if isinstance(value, dict):
            yield from leaves(value, name)
        else:
            yield name, value


def placeholders(text: str) -> set[str]:
    """Return what is to be filled into a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


# The rules of hassfest, Home Assistant's checker, for the sections that there are.


def plain_text(value: Any) -> str:
    """Accept a text in which nothing is filled."""
    text = any_text(value)
    if placeholders(text):
        raise vol.Invalid("nothing is filled in here")
    return text


def any_text(value: Any) -> str:
    """Accept a text."""
    text: str = cv.string_with_no_html(value)
    if text != text.strip() or not text:
        raise vol.Invalid("spaces around it, or nothing at all")
    if URL.search(text):
        raise vol.Invalid("an address: use a placeholder")
    if QUOTED_PLACEHOLDER.search(text):
        raise vol.Invalid("a placeholder in single quotes, which are an escape")
    if not all(name.isidentifier() for name in placeholders(text)):
        raise vol.Invalid("a placeholder that is no name")
    if "[%" in text:
        raise vol.Invalid("a reference: only Home Assistant's own texts have them")
    return text


def key(value: Any) -> str:
    """Accept a key."""
    if not isinstance(value, str) or not KEY.match(value):
        raise vol.Invalid("no key")
    return value


def described(step: dict[str, Any]) -> dict[str, Any]:
    """Accept a step whose fields all have a description, and nothing else has."""
    if step.get("data", {}).keys() != step.get("data_description", {}).keys():
        raise vol.Invalid("data and data_description do not match")
    return step


FLOW = {
    vol.Required("step"): {
        key: vol.All(
            {
                vol.Required("title"): any_text,
                "description": any_text,
                "data": {key: any_text},
                "data_description": {key: any_text},
                "menu_options": {key: any_text},
            },
            described,
        )
    },
    "error": {key: any_text},
    "abort": {key: any_text},
    "progress": {key: any_text},
    "create_entry": {key: any_text},
}
ENTITY = {
    vol.Required("name"): any_text,
    "state": {key: plain_text},
    "state_attributes": {key: {"name": plain_text, "state": {key: plain_text}}},
    "unit_of_measurement": plain_text,
}
WITH_FIELDS = {
    vol.Required("name"): plain_text,
    vol.Required("description"): any_text,
    "fields": {
        cv.slug: {
            vol.Required("name"): plain_text,
            vol.Required("description"): any_text,
        }
    },
}
SCHEMA = vol.Schema(
    {
        "common": {cv.slug: any_text},
        "config": FLOW,
        "config_subentries": {
            key: {
                **FLOW,
                vol.Required("entry_type"): plain_text,
                vol.Required("initiate_flow"): {
                    vol.Required("user"): plain_text,
                    "reconfigure": plain_text,
                },
            }
        },
        "device": {key: {vol.Required("name"): any_text}},
        "entity": {cv.slug: {key: ENTITY}},
        "exceptions": {key: {vol.Required("message"): any_text}},
        "issues": {
            key: vol.All(
                {
                    vol.Required("title"): any_text,
                    vol.Exclusive("description", "fixable"): any_text,
                    vol.Exclusive("fix_flow", "fixable"): FLOW,
                },
                cv.has_at_least_one_key("description", "fix_flow"),
            )
        },
        "options": FLOW,
        "selector": {cv.slug: {"options": {key: any_text}}},
        "services": {key: WITH_FIELDS},
        "system_health": {"info": {cv.slug: plain_text}},
        "triggers": {key: WITH_FIELDS},
    }
)


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_home_assistant_takes_the_texts(file: Path) -> None:
    """No address and no HTML, keys in their form, a description at every field."""
    SCHEMA(read(file))


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_every_language_is_complete(file: Path) -> None:
    """The same texts as in English, with the same things to fill in."""
    english = dict(leaves(read(FOLDER / "en.json")))
    texts = dict(leaves(read(file)))

    assert texts.keys() == english.keys()
    assert {name: placeholders(text) for name, text in texts.items()} == {
        name: placeholders(text) for name, text in english.items()
    }


@pytest.mark.parametrize("file", LANGUAGES, ids=lambda file: file.stem)
def test_texts_stand_in_the_order_of_their_keys(file: Path) -> None:
    """So that two languages can be compared side by side."""
    assert [name for name, _ in leaves(read(file))] == [
        name for name, _ in leaves(read(FOLDER / "en.json"))
    ]


def test_there_are_the_languages_that_were_promised() -> None:
    """English is what Home Assistant falls back to."""
    assert {"en", "it"} <= {file.stem for file in LANGUAGES}


@pytest.mark.parametrize(
    "text",
    [
        "See https://example.com",
        "<b>Bold</b>",
        " Space",
        "",
        "It is '{name}'",
        "{a b}",
        "[%key:common::x%]",
    ],
)
def test_the_rules_find_what_home_assistant_refuses(text: str) -> None:
    """The check above is one."""
    with pytest.raises(vol.Invalid):
        any_text(text)
