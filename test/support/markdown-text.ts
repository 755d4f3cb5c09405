import * as fc from "fast-check";

/** A part of a Markdown text, and its heading if it is one. */
export interface MarkdownPart {
  readonly text: string;
  readonly heading: { readonly depth: number; readonly text: string } | undefined;
}

const word = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[a-z]{1,12}[.?!,]?$/) },
  fc.constantFrom(
    "日本語。",
    "🙂",
    "naïve",
    "[a](b)",
    "`code`",
    "*x*",
    "a|b",
    "3.5",
    "\\",
    "&amp;",
    "x".repeat(1_500),
  ),
);
const line = (max: number) =>
  fc.array(word, { minLength: 1, maxLength: max }).map((words) => `a${words.join(" ")}`);
const lines = (make: (text: string, index: number) => string, max = 60) =>
  fc.array(line(20), { minLength: 1, maxLength: max }).map((all) => all.map(make).join("\n"));

const block = fc.oneof(
  line(400),
  lines((text) => text, 20),
  lines((text) => `- ${text}`),
  lines((text, index) => `${"  ".repeat(index % 4)}${index + 1}. ${text}`),
  lines((text) => `| ${text} | ${text} |`),
  lines((text) => `> ${text}`, 20),
  lines((text) => text).map((code) => `\`\`\`\n# ${code}\n\n${code}\n\`\`\``),
  lines((text) => `<p>${text}</p>`, 10),
  fc.constantFrom("***", "    indented", "1)", "-", ">", "|"),
);

const heading = fc.tuple(
  fc.integer({ min: 1, max: 6 }),
  fc.stringMatching(/^[a-z]{1,8}( [a-z]{1,8}){0,3}$/),
);

const part: fc.Arbitrary<MarkdownPart> = fc.oneof(
  { weight: 3, arbitrary: block.map((text) => ({ text, heading: undefined })) },
  {
    weight: 1,
    arbitrary: heading.map(([depth, text]) => ({
      text: `${"#".repeat(depth)} ${text}`,
      heading: { depth, text },
    })),
  },
);

/** Parts of a text. Joined by blank lines they are Markdown; only parts with `heading` are headings. */
export const markdownParts = fc.array(part, { maxLength: 12 });
