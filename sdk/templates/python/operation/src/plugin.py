"""Gives a role only to a user who holds none that it must not be held together with."""

import json

import wit_world
from componentize_py_types import Err
from portcullis_sdk import exported, input_of, refuse, text_of
from wit_world.imports import database
from wit_world.imports.types import (
    Access,
    Outcome,
    Parameter,
    ParameterDirection,
    Plan,
    RowEffect_Any,
    RowEffect_Exactly,
    RowSource,
    Statement,
)

# What stands in front of the number of a placeholder.
SIGNS = {"postgresql": "$", "sqlserver": "@P", "oracle": ":"}


class WitWorld(wit_world.WitWorld):
    @exported
    def prepare(self, operation, settings):
        # The host has held them against the schema in the manifest.
        settings = json.loads(settings)["settings"]
        table, user, role = (settings[key] for key in ("assignments", "user-column", "role-column"))
        sign = SIGNS.get(settings["database"])
        first, second = (f"{sign}{number}" if sign else "?" for number in (1, 2))
        held = f"SELECT {role} FROM {table} WHERE {user} = {first}"
        give = f"INSERT INTO {table} ({user}, {role}) VALUES ({first}, {second})"
        statements = [
            statement("held", held, ["id"], Access.READ, RowEffect_Any()),
            statement("main", give, ["id", "entitlement-id"], Access.WRITE, RowEffect_Exactly(1)),
        ]
        # `run` gets no settings: what it needs of them is the plan's memo.
        return Plan(statements, json.dumps(settings["apart"]))

    def refine(self, operation, settings, statement, shape):
        raise Err("it reads no lists")

    @exported
    def run(self, call):
        wanted = text_of(input_of(call, "entitlement-id"))
        # The host binds `id` and `entitlement-id` by itself.
        held = {text_of(row[0]) for row in database.query("held", []).rows}
        for pair in json.loads(call.memo):
            others = held.intersection(pair) - {wanted}
            if wanted in pair and others:
                raise refuse(f"{wanted} must not be held together with {others.pop()}")
        database.execute("main", [])
        return Outcome(None)


def statement(name, text, parameters, access, effect):
    parameters = [Parameter(name, None, ParameterDirection.IN) for name in parameters]
    return Statement(name, text, parameters, access, effect, RowSource.RESULT, [])
