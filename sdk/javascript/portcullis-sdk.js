// What a Portcullis component in JavaScript is written with. The guide is `sdk/README.md` of Portcullis.

import log from "portcullis:plugin/log@0.1.0";

// A component without WASI has no stderr: what nobody catches would be a trap without a word.

/**
 * For each function that the component exports.
 *
 * An error of the database becomes the SCIM error that fits. Any other exception is a defect: the log gets its name and where it
 * came from, but not its message, which could hold a user's data; then the call ends as a trap.
 */
export const exported = (implementation) => (...given) => {
  try {
    return implementation(...given);
  } catch (error) {
    if (MEANINGS[error?.kind]) throw failure(error);
    if (error instanceof Error) log.write("error", `${error.name}${error.stack.trimEnd().replace(/\s+/g, " ")}`);
    throw error;
  }
};

/** What `throw` takes to refuse a request, with a sentence for the client. */
export const refusal = (detail, status = 400, scimType = "invalidValue") => ({ status, scimType, detail });

/** The SCIM error of an error of the database (RFC 7644 §3.12). */
export function failure({ kind, constraint, message }) {
  const [status, scimType, words] = MEANINGS[kind];
  const named = constraint ? ` (constraint ${constraint})` : "";
  return { status, scimType, detail: `${words}${named}${message ? `: ${message}` : ""}` };
}

/** The input of a call that has this name, a `value`; `undefined`: there is none. */
export const inputOf = (call, name) => call.inputs.find((given) => given.name === name)?.value;

/** A `value` as text; `undefined`: it is NULL or not there. Integers beyond 2^53 have lost digits. */
export const textOf = (value) => (value === undefined || value.tag === "null" ? undefined : String(value.val));

const MEANINGS = {
  "unique": [409, "uniqueness", "a value that must be unique is already taken"],
  "foreign-key": [400, "invalidValue", "a value refers to something that does not exist, or something else still refers to it"],
  "not-null": [400, "invalidValue", "a value that the application requires is missing"],
  "check": [400, "invalidValue", "a value is not one that the application allows"],
  "too-long": [400, "invalidValue", "a value is too long or out of range for its column"],
  "invalid-value": [400, "invalidValue", "a value does not fit the type of its column"],
  "conflict": [503, null, "another transaction was in the way; the same request may succeed later"],
  "timeout": [503, null, "the statement took longer than it may"],
  "unavailable": [503, null, "the database cannot be reached"],
  "permission": [500, null, "the database account may not do this"],
  "statement": [500, null, "the database refuses the configured statement"],
  "row-effect": [500, null, "the statement did not change as many rows as it must, and nothing was kept"],
  "not-planned": [500, null, "the statement is not in the operation's plan"],
  "missing-value": [500, null, "a parameter of the statement has no value"],
  "other": [500, null, "the database reports an error"],
};
