import type { z } from "zod";

const WORDS: Readonly<Record<string, string>> = {
  array: "a list",
  object: "an object",
  int: "a whole number",
  null: "null",
  undefined: "nothing",
};

/** Describes what is wrong with a field, to follow its name. A schema's own message is kept. */
export function explainIssue(issue: z.core.$ZodIssue): string {
  if (isOwn(issue.message)) return issue.message;
  if (issue.code === "invalid_type") return explainType(issue.expected, issue.input);
  if (issue.code === "invalid_value")
    return issue.values.length === 1
      ? `must be ${String(issue.values[0])}`
      : `must be one of ${issue.values.map(String).join(", ")}`;
  if (issue.code === "invalid_union") return explainUnion(issue.errors, issue.input);
  if (issue.code === "too_small") {
    const word = issue.inclusive === false ? "more than" : "at least";
    return explainBound(issue.origin, word, issue.minimum);
  }
  if (issue.code === "too_big") {
    const word = issue.inclusive === false ? "less than" : "at most";
    return explainBound(issue.origin, word, issue.maximum);
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

/**
 * The issues within a union value if only one branch takes its kind, such as a list where a text or a list is
 * accepted. Undefined if the union has its own message, or the intended branch is unclear.
 */
export function issuesOfKind({
  message,
  errors,
}: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  if (isOwn(message)) return undefined;
  const meant = errors.filter(([first]) => first !== undefined && !isOfOtherKind(first));
  return meant.length === 1 ? meant[0] : undefined;
}

function isOfOtherKind({ code, path }: z.core.$ZodIssue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

/** Only zod's default messages start with a capital. */
function isOwn(message: string): boolean {
  return !/^[A-Z]/.test(message);
}

function explainType(expected: string, input: unknown): string {
  if (input === undefined) return "is required";
  const found = input === null ? "null" : Array.isArray(input) ? "array" : typeof input;
  // For 1.5 instead of a whole number, "not a number" would be misleading.
  const instead = expected === "int" && found === "number" ? "" : `, not ${naming(found)}`;
  return `must be ${naming(expected)}${instead}`;
}

/** Lists every accepted kind. */
function explainUnion(branches: readonly (readonly z.core.$ZodIssue[])[], input: unknown): string {
  if (input === undefined) return "is required";
  const wanted = branches.flatMap(([first]) => {
    if (first?.path.length !== 0) return [];
    if (first.code === "invalid_type") return [naming(first.expected)];
    return first.code === "invalid_value" ? first.values.map(String) : [];
  });
  return wanted.length === 0 ? "has an unknown type" : `must be ${joinOr([...new Set(wanted)])}`;
}

function joinOr(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

function naming(type: string): string {
  return WORDS[type] ?? `a ${type}`;
}

function explainBound(origin: string, word: string, bound: number | bigint): string {
  if (origin === "array") return `must have ${word} ${bound} ${bound === 1 ? "item" : "items"}`;
  if (origin === "string") return `must have ${word} ${bound} characters`;
  return `must be ${word} ${bound}`;
}
