import { expect, it } from "vitest";
import { compare } from "./english.ts";

const SHORT = 1_000;
const TIMES = 8;
/** Eight times the text is eight times the work; with a square it would be sixty-four times. */
const MOST = 32;

let count = 0;

/** Least processor time of several runs, in microseconds: the machine's other work does not count. */
function work(text: string): number {
  const runs = Array.from({ length: 4 }, () => {
    // Always new texts: what was read before is kept.
    count += 1;
    const start = process.cpuUsage();
    compare(`${text} ${count}`, `${text} ${count} again`);
    const { user, system } = process.cpuUsage(start);
    return user + system;
  });
  return Math.min(...runs);
}

const pieces = [
  "a",
  "9",
  "1,",
  "1.",
  "1 ",
  "one hundred and ",
  "1/2/2020 ",
  "I'",
  "not ",
  "can't see ",
  "(",
  "-",
  "A_",
  "Ab C1 ",
  "on off ",
  "turn it off ",
  "from a to b ",
  "pros and cons and ",
  "5 kg 3 g ",
  "New York ",
  "from A to B ",
  "How do I export 20 files from Box to Drive before 3 May 2024? ",
];

it.each(pieces)("does work in proportion to the length of %j", (piece) => {
  const fill = (length: number) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);
  work(fill(SHORT));
  expect(work(fill(SHORT * TIMES)) / work(fill(SHORT))).toBeLessThan(MOST);
});
