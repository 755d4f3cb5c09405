import type { ComponentChildren } from "preact";
import type { ListedEntry } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { Moment } from "../components/moment.tsx";
import { formatCount, formatMany } from "../format/numbers.ts";

const ORIGINS = {
  generated: "the model",
  curated: "a person",
  imported: "an import",
} as const;

/** The figures of a cached answer. */
export function EntryFacts({ entry }: { readonly entry: ListedEntry }) {
  const { usage, conditions } = entry;
  return (
    <section class="entry-part">
      <h3>Details</h3>
      <dl class="facts">
        <Fact name="Served">
          {entry.hits === 0 ? "not yet" : formatMany(entry.hits, "time")}
          {entry.last_hit_at !== null && (
            <>
              , last <Moment at={entry.last_hit_at} />
            </>
          )}
        </Fact>
        <Fact name="Cached">
          <Moment at={entry.created_at} /> by {ORIGINS[entry.origin]}
        </Fact>
        <Fact name="Expires">
          <Moment at={entry.expires_at} />
        </Fact>
        <Fact name="A hit saves">
          {formatCount(usage.total_tokens)} tokens of {usage.model}
        </Fact>
        {Object.entries(conditions).map(([name, value]) => (
          <Fact key={name} name={`Only for ${name.replaceAll("_", " ")}`}>
            {Array.isArray(value) ? value.join(", ") : String(value)}
          </Fact>
        ))}
        {entry.conversation_id !== null && (
          <Fact name="Made in">
            <a href={toPath("conversations", entry.conversation_id)}>this conversation</a>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
