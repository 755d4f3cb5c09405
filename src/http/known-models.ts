import { RepriseError } from "../errors.ts";

/** Names that mean the model of the service, whatever it is called. */
const DEFAULTS = new Set(["default", "reprise"]);

/**
 * The id of the model that a request names; the first one where it names none. A single character names
 * nothing: clients that have to send a name fill the field with one.
 *
 * @param ids of the models there are, the default first
 * @throws RepriseError `model_not_found` for any other name
 */
export function findModel(name: string | null | undefined, ids: readonly string[]): string {
  const asked = (name ?? "").trim();
  return asked.length <= 1 ? (ids[0] ?? "") : requireModel(asked, ids);
}

/** The same for a name that has to be one. */
export function requireModel(name: string, ids: readonly string[]): string {
  if (DEFAULTS.has(name)) return ids[0] ?? "";
  const known = ids.find((id) => id === name || `openai:${id}` === name);
  if (known !== undefined) return known;
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const there = [...new Set(ids)];
  const message = `The model ${shown} does not exist here; there is ${there.join(", ")}.`;
  throw new RepriseError("model_not_found", message, {
    details: [{ param: "model", message: `must be ${there.join(" or ")}, or left out` }],
  });
}
