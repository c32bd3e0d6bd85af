// Does what the title of a user says, none of it good.

import { exported } from "../vendor/portcullis-sdk.js";

export const transform = exported((direction, document) => {
  const deeper = (level) => deeper(level + 1) + 1;
  switch (JSON.parse(document).title) {
    case "loop":
      for (;;);
    case "memory":
      for (const held = []; ; ) held.push(new Uint8Array(1 << 20).fill(1));
    case "recurse":
      deeper(0);
      break;
    case "fail":
      throw new TypeError("the title of the user");
  }
  return document;
});
