import type { AskLanguage } from "../cache/ask/ask-language.ts";

/** Whether a message instructs the model instead of asking; see `createReadsAsInstruction`. */
export type ReadsAsInstruction = (message: string) => boolean;

/** Tokens of chat templates and headings of instruction formats. */
const TEMPLATE_TOKEN =
  /<\|[\w ]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>|<\/?s>|<(?:start|end)_of_turn>|^\s*#{2,}\s*(?:system|instructions?|response)\b/imu;
/** A role with a colon at the start of a line, as in chat transcripts. */
const ROLE_LINE = /^[\s>*_#-]*(?:system|assistant|developer|ai|bot|model|tool)\s*[*_]*:/imu;
/** Encoded text: a long run without spaces of upper-case and lower-case letters and digits. */
const ENCODED =
  /(?=[A-Za-z0-9+/_-]*\d)(?=[A-Za-z0-9+/_-]*[a-z])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{80,}={0,2}/u;
/** Maximum words between the verb and its object: `ignore all of the previous instructions`. */
const REACH = 5;

/**
 * Recognises an instruction to the model: a chat template token, a line that begins with a role, encoded text,
 * an order to say certain words (`say: no`), or an override (`ignore the previous instructions`). Its answer is
 * not shared.
 */
export function createReadsAsInstruction(languages: readonly AskLanguage[]): ReadsAsInstruction {
  // Compiled at the first message to keep the startup short.
  let signs: readonly Sign[] | undefined;
  return (message) => {
    signs ??= toSigns(languages);
    return signs.some(
      ({ needs, patterns }) =>
        needs.test(message) && patterns.some((pattern) => pattern.test(message)),
    );
  };
}

/** Patterns, and a cheap pre-check that most messages fail. */
interface Sign {
  readonly needs: RegExp;
  readonly patterns: readonly RegExp[];
}

function toSigns(languages: readonly AskLanguage[]): readonly Sign[] {
  const orders = languages.map(toPatterns);
  const verbs = languages.flatMap(({ overrideVerbs }) => [...overrideVerbs]).join("|");
  return [
    { needs: /[<[#]/, patterns: [TEMPLATE_TOKEN] },
    { needs: /[A-Za-z0-9+/_-]{80}/, patterns: [ENCODED] },
    { needs: /[:：]/, patterns: [ROLE_LINE, ...orders.map(({ says }) => says)] },
    { needs: /["“„«']/, patterns: orders.map(({ quotes }) => quotes) },
    {
      needs: new RegExp(`(?:${verbs})\\s`, "iu"),
      patterns: orders.map(({ overrides }) => overrides),
    },
  ];
}

/** An order begins a sentence or a clause; `How do I ignore a rule?` is a question. */
function toPatterns(language: AskLanguage): Record<"says" | "quotes" | "overrides", RegExp> {
  const [say, verbs, things, polite] = [
    language.sayVerbs,
    language.overrideVerbs,
    language.overriddenThings,
    language.politeWords,
  ].map((words) => [...words].join("|"));
  const begins = `(?:^|[.!?\\n,;:()]\\s*${polite === "" ? "" : `|(?:^|[^\\p{L}])(?:${polite})\\s+`})`;
  return {
    says: new RegExp(`(?:^|[^\\p{L}])(?:${say})\\s*[:：]\\s*\\S`, "imu"),
    quotes: new RegExp(`${begins}(?:${say})(?:\\s+\\p{L}+)?\\s+["“„«']`, "imu"),
    overrides: new RegExp(
      `${begins}(?:${verbs})(?:\\s+[\\p{L}'’]+){0,${REACH}}?\\s+(?:${things})(?:[^\\p{L}]|$)`,
      "imu",
    ),
  };
}
