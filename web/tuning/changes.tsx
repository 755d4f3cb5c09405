import type { PolicyDiff } from "../api/types.ts";

/** The differences between two versions, one per line. */
export function Changes({ changes }: { readonly changes: PolicyDiff["changes"] }) {
  if (changes.length === 0) return null;
  return (
    <ul class="changes">
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          {field.replaceAll("_", " ").replace(".", ": ")} {show(field, from)} → {show(field, to)}
        </li>
      ))}
    </ul>
  );
}

function show(field: string, value: PolicyDiff["changes"][number]["from"]): string {
  if (typeof value === "number" && field.endsWith("threshold")) return value.toFixed(2);
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === null ? "none" : String(value);
}
