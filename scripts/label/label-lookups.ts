import type { RemoteLog, ShownLookup, StoredAnswer } from "./connect-log.ts";

/** Characters of an answer that are shown. */
const SHOWN_ANSWER = 1_500;
const KEYS = "[y] same answer  [n] different answer  [s] skip  [u] undo  [q] quit";

/** A decision, kept for undo. */
interface Said {
  readonly lookup: ShownLookup;
  /** Null: skipped. */
  readonly same: boolean | null;
}

/** Dependencies of a session. */
interface Session {
  readonly log: RemoteLog;
  readonly keys: AsyncIterable<string>;
  readonly print: (text: string) => void;
}

/**
 * Shows lookups one by one and reads a key for each, until none is left or the person quits. Each label is
 * sent to the log immediately.
 *
 * @throws Error with the message of the service
 */
export async function labelLookups({ log, keys, print }: Session): Promise<void> {
  const pressed = keys[Symbol.asyncIterator]();
  const ahead: ShownLookup[] = [];
  const said: Said[] = [];
  const source = log.unlabelled()[Symbol.asyncIterator]();
  const next = async (): Promise<ShownLookup | undefined> => {
    const again = ahead.pop();
    if (again !== undefined) return again;
    for (let read = await source.next(); read.done !== true; read = await source.next()) {
      if (isShown(read.value)) return read.value;
    }
    return undefined;
  };
  for (let lookup = await next(); lookup !== undefined; lookup = await next()) {
    const stored = await log.storedAnswer(lookup.nearest?.entry_id ?? "");
    print(`\n${describe(lookup, stored)}\n${KEYS} `);
    const key = await pressed.next();
    const word = key.done === true ? "q" : key.value;
    print(`${word}\n`);
    if (word === "q") break;
    if (word === "y" || word === "n") {
      await log.label(lookup.id, word === "y");
      said.push({ lookup, same: word === "y" });
    } else if (word === "s") said.push({ lookup, same: null });
    else {
      ahead.push(lookup);
      if (word === "u") await undo(said, ahead, log);
    }
  }
  print(`\n${summarise(said)}\n`);
}

async function undo(said: Said[], ahead: ShownLookup[], log: RemoteLog): Promise<void> {
  const last = said.pop();
  if (last === undefined) return;
  if (last.same !== null) await log.unlabel(last.lookup.id);
  ahead.push(last.lookup);
}

/** Only pairs with both texts can be labelled, and exact hits need no label. */
function isShown({ question, nearest, tier }: ShownLookup): boolean {
  return question !== null && typeof nearest?.question === "string" && tier !== "exact";
}

function describe(lookup: ShownLookup, stored: StoredAnswer | undefined): string {
  const { question, nearest, similarity, below_by: belowBy, verdict, reasons } = lookup;
  const place =
    belowBy === null
      ? `${verdict}, ${reasons.join(", ")}`
      : `missed by ${belowBy.toFixed(3)}, ${reasons.join(", ")}`;
  return [
    `asked   ${printable(question ?? "")}`,
    `stored  ${printable(nearest?.question ?? "")}`,
    `answer  ${describeAnswer(lookup, stored)}`,
    `        similarity ${similarity?.toFixed(3)}; ${place}`,
  ].join("\n");
}

/** The current answer: it may have replaced the one that was compared. */
function describeAnswer(
  { created_at: lookedUpAt }: ShownLookup,
  stored: StoredAnswer | undefined,
): string {
  if (stored === undefined) return "(no longer stored)";
  const isNew = Date.parse(stored.created_at) > Date.parse(lookedUpAt);
  const whole = printable(stored.answer.trim());
  const text = whole.length > SHOWN_ANSWER ? `${whole.slice(0, SHOWN_ANSWER)} …` : whole;
  return isNew ? `(made after this lookup) ${text}` : text;
}

/** Indents continuation lines and removes control characters. */
function printable(text: string): string {
  return text.replaceAll(/\r?\n/g, "\n        ").replaceAll(/(?!\n)\p{Cc}/gu, " ");
}

function summarise(said: readonly Said[]): string {
  const count = (same: boolean | null) => said.filter((each) => each.same === same).length;
  return `${count(true)} the same, ${count(false)} different, ${count(null)} skipped.`;
}
