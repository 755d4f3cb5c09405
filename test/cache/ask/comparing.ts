import { join, resolve } from "node:path";
import { composeComparing } from "../../../src/compose/comparing.ts";

const data = resolve(import.meta.dirname, "..", "..", "..", "data");

/** The rules of comparing, as the service has them. */
export function comparing() {
  return composeComparing({
    guardsDir: join(data, "guards"),
    asksDir: join(data, "asks"),
    defaultLanguage: "en",
  });
}
