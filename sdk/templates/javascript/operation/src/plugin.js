// Gives a role only to a user who holds none that it must not be held together with.

import database from "portcullis:plugin/database@0.1.0";
import { exported, inputOf, refusal, textOf } from "../vendor/portcullis-sdk.js";

/** What stands in front of the number of a placeholder. */
const SIGNS = { postgresql: "$", sqlserver: "@P", oracle: ":" };

export const prepare = exported((operation, text) => {
  // The host has held them against the schema in the manifest.
  const { settings } = JSON.parse(text);
  const { assignments: table, "user-column": user, "role-column": role } = settings;
  const sign = SIGNS[settings.database];
  const [first, second] = [1, 2].map((number) => (sign ? `${sign}${number}` : "?"));
  const held = `SELECT ${role} FROM ${table} WHERE ${user} = ${first}`;
  const give = `INSERT INTO ${table} (${user}, ${role}) VALUES (${first}, ${second})`;
  return {
    statements: [
      statement("held", held, ["id"], "read", { tag: "any" }),
      statement("main", give, ["id", "entitlement-id"], "write", { tag: "exactly", val: 1 }),
    ],
    // `run` gets no settings: what it needs of them is the plan's memo.
    memo: JSON.stringify(settings.apart),
  };
});

export const refine = () => {
  throw "it reads no lists";
};

export const run = exported((call) => {
  const wanted = textOf(inputOf(call, "entitlement-id"));
  // The host binds `id` and `entitlement-id` by itself.
  const held = database.query("held", []).rows.map((row) => textOf(row[0]));
  for (const pair of JSON.parse(call.memo).filter((pair) => pair.includes(wanted))) {
    const other = held.find((role) => role !== wanted && pair.includes(role));
    if (other !== undefined) throw refusal(`${wanted} must not be held together with ${other}`);
  }
  database.execute("main", []);
  return { generatedId: null };
});

function statement(name, text, names, access, effect) {
  const parameters = names.map((name) => ({ name, typeHint: null, direction: "in" }));
  return { name, text, parameters, access, effect, rowsFrom: "result", slots: [] };
}
