// Makes phone numbers E.164 before they reach the application: `020 7946 0958` becomes `+442079460958`.

import log from "portcullis:plugin/log@0.1.0";
import { exported, refusal } from "../vendor/portcullis-sdk.js";

export const transform = exported((direction, document, text) => {
  // A client must see what is stored.
  if (direction === "from-application") return document;
  const user = JSON.parse(document);
  const settings = { "trunk-prefix": "0", strict: false, ...JSON.parse(text) };
  const changed = phoneNumbers(user).filter((number) => tidy(number, settings)).length;
  // How many, never which: values don't belong into a log.
  if (changed > 0) log.write("debug", `changed ${changed} phone numbers`);
  return JSON.stringify(user);
});

/** Names of attributes have no case (RFC 7643 §2.1). */
function phoneNumbers(user) {
  const lists = Object.entries(user).filter(([name, held]) => name.toLowerCase() === "phonenumbers" && Array.isArray(held));
  return lists.flatMap(([, held]) => held).filter((element) => element !== null && typeof element === "object");
}

/** Says whether the number changed. */
function tidy(element, settings) {
  let changed = false;
  for (const [part, text] of Object.entries(element)) {
    if (part.toLowerCase() !== "value" || typeof text !== "string") continue;
    const number = e164(text, settings["country-code"], settings["trunk-prefix"]);
    if (number !== undefined) {
      element[part] = number;
      changed = number !== text;
    } else if (settings.strict) {
      throw refusal("a phone number is none that can be called");
    }
  }
  return changed;
}

/** The number in the form of ITU-T E.164; `undefined`: it is none, or has an extension. */
function e164(text, country, trunk) {
  let number = text.trim().replace(/^tel:/, "");
  // As in +44 (0)20 7946 0958.
  if (number.startsWith("+") || number.startsWith("00")) number = number.replace(`(${trunk})`, "");
  number = number.replaceAll(/[ \u00a0\t\-./()]/g, "");
  if (number.startsWith("00")) {
    number = `+${number.slice(2)}`;
  } else if (!number.startsWith("+")) {
    number = `+${country}${number.startsWith(trunk) ? number.slice(trunk.length) : number}`;
  }
  return /^\+[1-9][0-9]{6,14}$/.test(number) ? number : undefined;
}
