import { RepriseError } from "../errors.ts";

/** Aliases for the service's default model. */
const DEFAULTS = new Set(["default", "reprise"]);

/**
 * The id of the requested model; without a name, the first id. A single character counts as no name: some
 * clients fill a required field with one.
 *
 * @param ids of the available models, the default first
 * @throws RepriseError `model_not_found` for any other name
 */
export function findModel(name: string | null | undefined, ids: readonly string[]): string {
  const asked = (name ?? "").trim();
  return asked.length <= 1 ? (ids[0] ?? "") : requireModel(asked, ids);
}

/** The same for a required name. */
export function requireModel(name: string, ids: readonly string[]): string {
  if (DEFAULTS.has(name)) return ids[0] ?? "";
  const known = ids.find((id) => id === name || `openai:${id}` === name);
  if (known !== undefined) return known;
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  const there = [...new Set(ids)];
  const message = `The model ${shown} does not exist. Available: ${there.join(", ")}.`;
  throw new RepriseError("model_not_found", message, {
    details: [{ param: "model", message: `must be ${there.join(" or ")}, or omitted` }],
  });
}
