/** A turn as its asker saw it. */
export interface SeenTurn {
  readonly question: string;
  readonly answer: string;
  /** False when Redis was away, or not in line, at any time while it was under way. */
  readonly isCalm: boolean;
}

/** What is wrong with a conversation's window. */
export interface WindowFaults {
  /** Messages that are not the two sides of a turn that someone saw, one after the other. */
  readonly interleaved: number;
  /** Of the last turns, those that are not in it. */
  readonly missing: readonly SeenTurn[];
}

const nameOf = ({ question, answer }: { question: string; answer: string }) =>
  JSON.stringify([question, answer]);

/** Compares a window with all turns of its conversation, oldest first; the last `count` must be in it. */
export function checkWindow(
  window: readonly { role: string; content: string }[],
  seen: readonly SeenTurn[],
  count: number,
): WindowFaults {
  const known = new Set(seen.map(nameOf));
  const there = new Map<string, number>();
  let interleaved = 0;
  for (let place = 0; place < window.length; place += 2) {
    const [asked, answered] = [window[place], window[place + 1]];
    const name = nameOf({ question: asked?.content ?? "", answer: answered?.content ?? "" });
    const isTurn = asked?.role === "user" && answered?.role === "assistant" && known.has(name);
    if (isTurn) there.set(name, (there.get(name) ?? 0) + 1);
    else interleaved += 1;
  }
  const missing = seen.slice(-count).filter((turn) => {
    const left = there.get(nameOf(turn)) ?? 0;
    there.set(nameOf(turn), left - 1);
    return left < 1;
  });
  return { interleaved, missing };
}
