/** Time to understand a short message, and to read one for the guards. Run with `npm run bench:understanding`. */
import { resolve } from "node:path";
import { loadLexicons } from "../src/chat/follow-up/lexicon.ts";
import { createReadText } from "../src/chat/follow-up/read-text.ts";
import { understandMessage } from "../src/chat/understand/understand.ts";
import { composeComparing } from "../src/compose/comparing.ts";
import { visibleText } from "../src/visible-text.ts";
import { percentile } from "./support/percentile.ts";

const ROUNDS = 400;
const WARM_UP = 100;
const METHOD = `Method: short questions in five languages, ${ROUNDS} rounds after ${WARM_UP} for warming up; each message has other white space at
its end each time, so that nothing about it is remembered, unless the row says so. Microseconds of wall time.`;

const QUESTIONS = [
  "How do I enable two-factor login?",
  "How long are deleted files kept in the trash?",
  "Which plans include single sign-on, and what do they cost?",
  "Can I restore an older version of a file on my phone?",
  "Wie lange werden gelöschte Dateien aufbewahrt?",
  "Comment ajouter un invité à un dossier partagé ?",
  "¿Cómo cambio el idioma de la aplicación?",
  "請求書はどこでダウンロードできますか。",
];

const data = resolve(import.meta.dirname, "..", "data");

async function main(): Promise<void> {
  console.log(METHOD);
  const readTextOf = createReadText(await loadLexicons(resolve(data, "follow-up")));
  const comparing = await composeComparing({
    guardsDir: resolve(data, "guards"),
    asksDir: resolve(data, "asks"),
    defaultLanguage: "en",
  });
  const { readsAsInstruction, readLanguage, separateAsk, compareQuestions } = comparing;
  const understand = (tenant: string | undefined) => (message: string) => {
    understandMessage(readTextOf(tenant)(visibleText(message)), { history: [] });
    readsAsInstruction(message);
    readLanguage(message, undefined, tenant);
    separateAsk(message, tenant);
  };
  const compare = (tenant: string | undefined) => (message: string) => {
    compareQuestions(message, "How can I turn on two-factor login?", {}, tenant);
  };
  report("understood, new", understand(undefined), anew);
  report("understood, asked before", understand("acme"), asBefore);
  report("compared by guards, new", compare(undefined), anew);
  report("compared by guards, asked before", compare("acme"), asBefore);
}

const anew = (question: string, round: number) => question + " ".repeat(1 + (round % 7));
const asBefore = (question: string) => question;

function report(
  name: string,
  work: (message: string) => void,
  write: (question: string, round: number) => string,
): void {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
    for (const question of QUESTIONS) {
      const message = write(question, round);
      const begin = performance.now();
      work(message);
      if (round >= WARM_UP) times.push((performance.now() - begin) * 1000);
    }
  }
  const [p50, p95] = [0.5, 0.95].map((share) => percentile(times, share).toFixed(0).padStart(6));
  console.log(`  ${name.padEnd(34)} p50 ${p50}  p95 ${p95}`);
}

await main();
