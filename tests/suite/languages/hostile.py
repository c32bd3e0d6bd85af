"""Does what the title of a user says, none of it good."""

import json

import idna
import wit_world
from portcullis_sdk import exported


# What stands here runs when the component is built.
REQUIRED = idna.encode("zürich")


class WitWorld(wit_world.WitWorld):
    @exported
    def transform(self, direction, document, settings):
        match json.loads(document).get("title"):
            case "loop":
                while True:
                    pass
            case "memory":
                held = []
                while True:
                    held.append(bytearray(1 << 20))
            case "recurse":
                json.loads("[" * 1_000_000)
            case "fail":
                raise ValueError("the title of the user")
        return document
