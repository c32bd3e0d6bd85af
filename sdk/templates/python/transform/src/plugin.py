"""Makes phone numbers E.164 before they reach the application: `020 7946 0958` becomes `+442079460958`."""

import json
import re

import wit_world
from portcullis_sdk import exported, refuse
from wit_world import Direction
from wit_world.imports import log

SEPARATORS = str.maketrans("", "", " \u00a0\t-./()")


class WitWorld(wit_world.WitWorld):
    @exported
    def transform(self, direction, document, settings):
        if direction == Direction.FROM_APPLICATION:
            # A client must see what is stored.
            return document
        user, settings = json.loads(document), json.loads(settings)
        changed = sum(tidy(number, settings) for number in phone_numbers(user))
        if changed:
            # How many, never which: values don't belong into a log.
            log.write(log.Level.DEBUG, f"changed {changed} phone numbers")
        return json.dumps(user, ensure_ascii=False)


def phone_numbers(user):
    """Names of attributes have no case (RFC 7643 §2.1)."""
    lists = [held for name, held in user.items() if name.lower() == "phonenumbers" and isinstance(held, list)]
    return [element for held in lists for element in held if isinstance(element, dict)]


def tidy(element, settings):
    """Says whether the number changed."""
    changed = False
    for part, text in element.items():
        if part.lower() == "value" and isinstance(text, str):
            number = e164(text, settings["country-code"], settings.get("trunk-prefix", "0"))
            if number is None:
                if settings.get("strict", False):
                    raise refuse("a phone number is none that can be called")
                continue
            element[part] = number
            changed = number != text
    return changed


def e164(text, country, trunk):
    """The number in the form of ITU-T E.164; `None`: it is none, or has an extension."""
    number = text.strip().removeprefix("tel:")
    if number.startswith(("+", "00")):
        # As in +44 (0)20 7946 0958.
        number = number.replace(f"({trunk})", "", 1)
    number = number.translate(SEPARATORS)
    if number.startswith("00"):
        number = "+" + number[2:]
    elif not number.startswith("+"):
        number = f"+{country}{number.removeprefix(trunk)}"
    return number if re.fullmatch(r"\+[1-9][0-9]{6,14}", number) else None
