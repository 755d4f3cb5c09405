import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createThinkingSplitter,
  joinParts,
  splitThinking,
} from "../../src/models/split-thinking.ts";
import { guessHabit, type ThinkingHabit } from "../../src/models/thinking-state.ts";

const ANSWER = "Open the settings [1].";

/** What servers send, and the thinking in it. */
const WRITTEN: readonly (readonly [string, string, string])[] = [
  ["a block", `<think>Passage [2]?</think>\n\n${ANSWER}`, "Passage [2]?"],
  ["an empty block", `<think>\n\n</think>\n\n${ANSWER}`, "\n\n"],
  ["a block by another name", `<thought>Hm.</thought>${ANSWER}`, "Hm."],
  ["a block with an attribute", `<thinking kind="deep">Hm.</thinking>${ANSWER}`, "Hm."],
  ["a block with a name space", `<seed:think>Hm.</seed:think>\n${ANSWER}`, "Hm."],
  ["square brackets", `[THINK]Hm.[/THINK]${ANSWER}`, "Hm."],
  ["triangles", `◁think▷Hm.◁/think▷${ANSWER}`, "Hm."],
  [
    "begin and end words",
    `<|begin_of_thought|>Hm.<|end_of_thought|><|begin_of_solution|>${ANSWER}<|end_of_solution|>`,
    "Hm.",
  ],
  ["capital words", `<|START_THINKING|>Hm.<|END_THINKING|>${ANSWER}`, "Hm."],
  ["a block that the template opened", `Passage [2]?\n</think>\n\n${ANSWER}`, "Passage [2]?\n"],
  ["an end mark at the beginning", `</think>\n\n${ANSWER}`, ""],
  ["two blocks", `<think>One.</think>\n<think>Two.</think>\n${ANSWER}`, "One.Two."],
  ["a block in a block", `<think>a<think>b</think>c</think>${ANSWER}`, "a<think>bc"],
  ["a tag around the answer", `<think>Hm.</think><answer>${ANSWER}</answer>`, "Hm."],
  [
    "raw channels",
    `<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>${ANSWER}<|return|>`,
    "Hm.",
  ],
  [
    "channels that end by the next",
    `<|channel|>thought<|message|>Hm.<|channel|>final<|message|>${ANSWER}`,
    "Hm.",
  ],
  [
    "channels without their marks",
    `analysisWe need the page.assistantfinal${ANSWER}`,
    "analysisWe need the page.",
  ],
  [
    "a block that says its own end mark in code",
    `<think>The tag \`</think>\`?\nYes.</think>${ANSWER}`,
    "The tag `</think>`?\nYes.",
  ],
  [
    "a block with an end mark in a code block",
    `<think>\n\`\`\`xml\n</think>\n\`\`\`\nSo.\n</think>\n${ANSWER}`,
    "\n```xml\n</think>\n```\nSo.\n",
  ],
  [
    "an opened block, then the answer in the same line",
    `Passage [2].</think> ${ANSWER}`,
    "Passage [2].",
  ],
  [
    "an opened block with quotes and code in it",
    `Is it "30" or \`60\`?\n</think>\n\n${ANSWER}`,
    'Is it "30" or `60`?\n',
  ],
  ["one-sided channel marks", `<|channel>thought\nHm.<channel|>${ANSWER}`, "Hm."],
];

describe("a model's thinking", () => {
  it.each(WRITTEN)("is no part of the answer: %s", (_name, written, thinking) => {
    expect(splitThinking(written)).toEqual({ text: ANSWER, thinking });
  });

  it.each([
    "Write `<think>` and `</think>` around it [1].",
    "```xml\n<think>\n</think>\n```\nThat is all.",
    "Write <think> and </think> around the plan [1].",
    "The reply has <reason>late</reason> in it, and <analysis>none</analysis> [1].",
    "Fill in [reason] and end with [/reason] [1].",
    "Use this:\n\n    <analysis>x</analysis>\n\nThat is all [1].",
    "Use <b>bold</b>, a [link](x), a[1] < b and <div class='a'>.",
    "analysis of the figures [1]",
    "Here is my thought: none.",
    "The tag <think> is never closed in this sentence.",
    'Use the "</think>" tag to end it [1].',
    '{"tag": "</think>", "use": "It ends the plan."}',
    '{"html": "<p>Done.</think></p>", "note": "A \\"quote.\\" </think>\\nand more"}',
    "Use the </think> tag to end it [1].",
    "Close it with </think>, then answer [1].",
    "Close it with </think>\nThen answer [1].",
    "計画の後に</think>を書きます。",
    "使用“</think>”标签结束。",
    "The tag is </think>",
    "The plan ends so.</think>",
    "</think> ends the plan [1].",
    "</think>, it is called.",
    "```js\nconst a = `\n<think>\nx\n</think>\n```\nThat is all.",
    "~~~\n<think>\nx.\n</think>\n~~~\nThat is all.",
    "- In a list:\n  ```\n  <think>\n  x.\n  </think>\n  ```\n- That is all.",
    "Write\n\n    So.\n    </think>\n    Yes.\n\nThat is all.",
    "Two marks:\n<think> is the first and </think> is the second [1].",
    "<order>\n<reason>late</reason>\n<analysis>\nnone\n</analysis>\n</order>",
    "</reasoning> and </analysis>\n</reason>\nare names too.",
    "   ",
    "",
  ])("is not taken for what only mentions its marks: %j", (written) => {
    expect(splitThinking(written)).toEqual({ text: written, thinking: "" });
  });

  it("is not looked for between marks that a line of the answer has", () => {
    const habit: ThinkingHabit = { template: "unknown" };
    splitThinking("Late orders have <reason>late</reason> [1].", { habit });
    expect(habit.template).toBe("unknown");
    const ended = splitThinking(`Is <reason>late</reason> meant? Yes.</think>${ANSWER}`);
    expect(ended).toEqual({ text: ANSWER, thinking: "Is <reason>late</reason> meant? Yes." });
  });

  it("ends once: an end mark after the thinking belongs to the answer", () => {
    const text = "So it ends:\n</think>\nThat is all [1].";
    expect(splitThinking(`<think>Hm.</think>\n${text}`)).toEqual({ text, thinking: "Hm." });
    expect(splitThinking(`Hm.\n</think>\n${text}`)).toEqual({ text, thinking: "Hm.\n" });
  });

  it("is not lost where code that never closes precedes its end", () => {
    const written = `<think>Take \`this.</think>\n${ANSWER}`;
    expect(splitThinking(written).text).toBe(ANSWER);
  });

  it("that stands between two lines of an answer is taken out", () => {
    const { text } = splitThinking("First [1].\n<think>What next?</think>\nSecond [2].");
    expect(text).toBe("First [1].\nSecond [2].");
  });

  it("whose block never ends leaves no answer", () => {
    expect(splitThinking("<think>And then", { isComplete: false })).toEqual({
      text: "",
      thinking: "And then",
    });
  });
});

describe("thinking that the chat template opens", () => {
  it("is retracted once, and told as it comes from then on", () => {
    const habit: ThinkingHabit = { template: "unknown" };
    const first = createThinkingSplitter(habit);
    expect([first.push("Hm. "), first.push(`So.</think>${ANSWER}`)]).toEqual([
      [{ kind: "text", text: "Hm. " }],
      [{ kind: "reset" }, { kind: "thinking", text: "So." }, { kind: "text", text: ANSWER }],
    ]);
    expect(habit.template).toBe("opened");
    const second = createThinkingSplitter(habit);
    expect(second.push("Hm. ")).toEqual([{ kind: "thinking", text: "Hm. " }]);
  });

  it("that never ends was the answer, and is not expected again", () => {
    const habit: ThinkingHabit = { template: "opened" };
    expect(splitThinking(ANSWER, { habit })).toEqual({ text: ANSWER, thinking: "" });
    expect(habit.template).toBe("unknown");
    const cut = splitThinking("Hm, and", { habit: { template: "opened" }, isComplete: false });
    expect(cut).toEqual({ text: "", thinking: "Hm, and" });
  });

  it("is not expected of a model that answered three times without, unless it comes twice", () => {
    const habit: ThinkingHabit = { template: "unknown" };
    const written = `So it ends:\n</think>\n${ANSWER}`;
    for (let times = 0; times < 3; times += 1) splitThinking(ANSWER, { habit });
    expect(splitThinking(written, { habit })).toEqual({ text: written, thinking: "" });
    expect(splitThinking(written, { habit }).text).toBe(ANSWER);
  });

  it("is not expected in the text of a server that has a field for it", () => {
    const written = `So it ends:\n</think>\n${ANSWER}`;
    const splitter = createThinkingSplitter({ template: "unknown" });
    splitter.sawThinkingField();
    expect(joinParts([...splitter.push(written), ...splitter.end(true)]).text).toBe(written);
  });

  it("that was seen once does not cut a later answer without any", () => {
    const habit: ThinkingHabit = { template: "unknown" };
    splitThinking(`So.</think>${ANSWER}`, { habit });
    expect(splitThinking("Refunds are", { habit, isComplete: false })).toEqual({
      text: "Refunds are",
      thinking: "",
    });
    expect(habit.template).toBe("unknown");
    for (let times = 0; times < 2; times += 1) splitThinking(`So.</think>${ANSWER}`, { habit });
    const cut = splitThinking("Hm, and", { habit, isComplete: false });
    expect(cut).toEqual({ text: "", thinking: "Hm, and" });
  });

  it.each([
    "End it with `</think>` [1].",
    "Write <think>why</think> before it [1].",
    "Two lines [1].\nOne has <reason>late</reason> in it.",
    "Use the </think> tag to end it [1].",
    '{"tag": "</think>"}',
    "```\nSo.\n</think>\nYes.\n```\nThat is all.",
    "The tag is </think>",
  ])("does not end at a mark that an answer writes: %j", (written) => {
    const habit: ThinkingHabit = { template: "opened", timesOpened: 5 };
    expect(splitThinking(written, { habit })).toEqual({ text: written, thinking: "" });
  });

  it("ends at a mark after one that it speaks of itself", () => {
    const ended = splitThinking(`Is it \`</think>\`?\nYes.</think>${ANSWER}`, {
      habit: { template: "opened" },
    });
    expect(ended).toEqual({ text: ANSWER, thinking: "Is it `</think>`?\nYes." });
  });

  it("is held back where the model's name says that it thinks, until it is known", () => {
    const habit = guessHabit("deepseek-r1:8b");
    const first = createThinkingSplitter(habit);
    expect(first.push(ANSWER)).toEqual([]);
    expect(joinParts(first.end(true))).toEqual({ text: ANSWER, thinking: "" });
    expect(createThinkingSplitter(habit).push(ANSWER)).toEqual([{ kind: "text", text: ANSWER }]);
  });

  it("is not waited for where the server has a field for it", () => {
    const splitter = createThinkingSplitter(guessHabit("qwen3-thinking"));
    splitter.sawThinkingField();
    expect(splitter.push(ANSWER)).toEqual([{ kind: "text", text: ANSWER }]);
  });

  it.each(["gpt-4o-mini", "llama3.2:3b", "mistral-small"])("is not suspected of %s", (name) => {
    expect(guessHabit(name).template).toBe("unknown");
  });
});

describe("however the text is cut into chunks", () => {
  const marks =
    "<think>,</think>,<thinking>,[THINK],[/THINK],◁think▷,◁/think▷,<|channel|>analysis<|message|>," +
    "<|channel|>final<|message|>,<|end|>,<|return|>,<answer>,</answer>,`,```\n,\n, ,a,[1],<,|,analysis," +
    "x>,assistantfinal,<|start|>assistant,Here is my thought process:,<b class='";
  const pieces = fc.constantFrom(...marks.split(","));
  const written = fc.array(pieces, { maxLength: 14 }).map((all) => all.join(""));
  const habits = fc.constantFrom<ThinkingHabit["template"]>(
    "unknown",
    "suspected",
    "opened",
    "closed",
  );

  it("answer and thinking are the same", () => {
    fc.assert(
      fc.property(
        written,
        habits,
        fc.array(fc.nat(5), { maxLength: 40 }),
        (text, template, cuts) => {
          const whole = splitThinking(text, { habit: { template } });
          const splitter = createThinkingSplitter({ template });
          const parts = [];
          let at = 0;
          for (const cut of [...cuts, text.length]) {
            parts.push(...splitter.push(text.slice(at, at + cut)));
            at += cut;
          }
          parts.push(...splitter.push(text.slice(at)), ...splitter.end(true));
          expect(joinParts(parts)).toEqual(whole);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each(WRITTEN)("at every place, a byte at a time too: %s", (_name, written, thinking) => {
    for (let cut = 0; cut <= written.length; cut += 1) {
      const splitter = createThinkingSplitter({ template: "unknown" });
      const parts = [...splitter.push(written.slice(0, cut)), ...splitter.push(written.slice(cut))];
      expect(joinParts([...parts, ...splitter.end(true)])).toEqual({ text: ANSWER, thinking });
    }
    const splitter = createThinkingSplitter({ template: "unknown" });
    const parts = written.split("").flatMap((unit) => splitter.push(unit));
    expect(joinParts([...parts, ...splitter.end(true)])).toEqual({ text: ANSWER, thinking });
  });

  it("no more is held back than may be a part of a mark", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9 .,\n]{1,80}$/), (text) => {
        const splitter = createThinkingSplitter({ template: "unknown" });
        splitter.push("The answer: ");
        expect(splitter.push(text)).toEqual([{ kind: "text", text }]);
      }),
    );
  });
});
