import type { PolicyDiff } from "../api/types.ts";

/** What differs between two versions, a line each. */
export function Changes({ changes }: { readonly changes: PolicyDiff["changes"] }) {
  if (changes.length === 0) return <span class="soft">–</span>;
  return (
    <ul class="changes">
      {changes.map(({ field, from, to }) => (
        <li key={field}>
          {field.replaceAll("_", " ").replace(".", ": ")} {show(from)} → {show(to)}
        </li>
      ))}
    </ul>
  );
}

function show(value: PolicyDiff["changes"][number]["from"]): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === null ? "none" : String(value);
}
