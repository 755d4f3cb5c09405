import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

type Server = Awaited<ReturnType<typeof startService>>;

const HELP = [
  "Refunds are paid within 30 days of purchase to the card that was used.",
  "The Team plan costs 12 euros a month for each member and is paid by invoice.",
  "Files stay in the trash for 14 days. Then they are removed for good.",
].join("\n\n");

/** The conversations are the same in both, and so is what was asked before. */
let own: Server;
let openAi: Server;
const begin = async () => {
  const model = scriptedModel(() => ({ text: "It is so. [1]" }), { canRewrite: false });
  const server = await startService({}, { model });
  await server.call("PUT", "/v1/documents/help", { title: "Help", text: HELP });
  return server;
};
beforeAll(async () => {
  [own, openAi] = await Promise.all([begin(), begin()]);
});
afterAll(() => Promise.all([own.close(), openAi.close()]));

const asText = (text: string): unknown => text;
const asParts = (text: string): unknown =>
  text.split(/(?<= )/).map((part) => ({ type: "text", text: part }));

const CONVERSATIONS: readonly (readonly string[])[] = [
  ["When are refunds paid?", "When are refunds paid?"],
  ["How long do files stay in the trash?", "And how much is the Team plan?"],
  ["Hello!", "How long do files stay in the trash?"],
  ["Answer in one word from now on.", "How long do files stay in the trash?"],
  ["I have the Team plan.", "What do I pay?", "When are refunds paid?"],
  ["Is there a Team plan?", "How much is it?", "When are refunds paid?", "Thanks."],
  ["Summarise this text: the shop is closed on Mondays and open on Tuesdays.", "Make it shorter."],
];

/** What both say of a message: the verdict, and the answer. */
const seen = (cache: any, answer: string) => ({
  kind: cache.kind,
  status: cache.status,
  tier: cache.tier,
  reasons: cache.reasons,
  answer,
});

describe.each([
  ["texts", asText],
  ["lists of text parts", asParts],
])("a client that sends its whole history, as %s,", (_form, write) => {
  it.each(CONVERSATIONS.map((messages) => [messages]))(
    "has the answers and verdicts of the own API: %j",
    async (questions) => {
      const id = `talk-${Math.random().toString(36).slice(2)}`;
      const history: { role: string; content: unknown }[] = [];
      // Each form begins with an empty cache.
      for (const server of [own, openAi]) {
        await server.call("DELETE", "/v1/cache/entries?all=true");
      }
      for (const question of questions) {
        const { json: reply } = await own.call("POST", "/v1/chat", {
          message: question,
          conversation_id: id,
        });
        const messages = [...history, { role: "user", content: write(question) }];
        const { json } = await openAi.call("POST", "/v1/chat/completions", { messages });
        const answer = json.choices[0].message.content;
        expect(seen(json.x_reprise.cache, answer)).toEqual(seen(reply.cache, reply.answer));
        history.push(...messages.slice(-1), { role: "assistant", content: write(answer) });
      }
    },
  );
});

describe("other forms of the same request", () => {
  const user = { role: "user", content: "When are the refunds paid to me?" };
  const ask = async (messages: readonly object[]) => {
    const { headers } = await openAi.call("POST", "/v1/chat/completions", { messages });
    return headers.get("x-cache");
  };

  it("developer means system", async () => {
    const content = "Be brief.";
    expect(await ask([{ role: "system", content }, user])).toBe("MISS");
    expect(await ask([{ role: "developer", content }, user])).toBe("HIT");
    const parts = [{ type: "text", text: content }];
    expect(await ask([user, { role: "developer", content: parts }])).toBe("HIT");
  });

  it("empty instructions are none, and so is an empty answer at the end", async () => {
    expect(await ask([user])).toBe("MISS");
    expect(await ask([{ role: "system", content: "" }, user])).toBe("HIT");
    expect(await ask([user, { role: "assistant", content: null }])).toBe("HIT");
    expect(await ask([user, { role: "assistant", content: [] }])).toBe("HIT");
  });
});
