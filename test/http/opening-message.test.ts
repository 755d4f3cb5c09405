import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startBehindModelServer } from "../support/behind-model-server.ts";
import type { SeenBody } from "../support/model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
beforeAll(async () => {
  behind = await startBehindModelServer();
});
afterAll(() => behind.close());
beforeEach(() => {
  behind.model.behave({ refuse: refuseOddRoles });
  behind.model.seen.length = 0;
});

/** A strict chat template: instructions, then questions and answers by turns. */
function refuseOddRoles({ messages }: SeenBody) {
  const roles: string[] = messages.map(({ role }: { role: string }) => role);
  const said = roles.slice(roles[0] === "system" ? 1 : 0);
  const alternates = said.every((role, index) => role === (index % 2 === 0 ? "user" : "assistant"));
  const message = "Conversation roles must alternate user/assistant/user/assistant/...";
  return alternates ? undefined : { status: 400, body: { error: { message } } };
}

const GREETING = "Hello! I help with the Falcon plan.";
const QUESTION = "When are refunds paid?";
const picture = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
const post = async (path: string, body: object) => {
  const { status, headers, json, text } = await behind.server.call("POST", path, body);
  expect(status, text).toBe(200);
  return { cache: headers.get("x-cache"), json };
};
/** Texts of the last call, by role. */
const seen = (role: string) =>
  behind.model.seen
    .at(-1)
    ?.["messages"].flatMap((message: SeenBody) =>
      message["role"] === role ? [message["content"]] : [],
    );
const expectSeenOnce = () => {
  expect(seen("system").join("\n").split(GREETING)).toHaveLength(2);
  expect(JSON.stringify(seen("assistant"))).not.toContain(GREETING);
};
const uiMessage = (role: string, text: string) => ({ role, parts: [{ type: "text", text }] });

describe("what the assistant says before the first question", () => {
  const ways: [string, string, object][] = [
    [
      "completions",
      "/v1/chat/completions",
      {
        messages: [
          { role: "assistant", content: GREETING },
          { role: "user", content: QUESTION },
        ],
      },
    ],
    [
      "completions, with an image",
      "/v1/chat/completions",
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "assistant", content: GREETING },
          { role: "user", content: [{ type: "text", text: QUESTION }, picture] },
        ],
      },
    ],
    [
      "responses",
      "/v1/responses",
      {
        input: [
          { role: "assistant", content: [{ type: "output_text", text: GREETING }] },
          { role: "user", content: QUESTION },
        ],
      },
    ],
    [
      "useChat",
      "/v1/ui/chat",
      { messages: [uiMessage("assistant", GREETING), uiMessage("user", QUESTION)] },
    ],
  ];
  it.each(ways)("reaches the model as an instruction: %s", async (_name, path, body) => {
    await behind.server.call("DELETE", "/v1/cache/entries?all=true");
    await post(path, body);
    expectSeenOnce();
  });

  it("reaches the model in later turns of a stored conversation", async () => {
    const greeting = { role: "assistant", content: GREETING };
    const input = [greeting, { role: "user", content: "Is it monthly?" }];
    const { json: first } = await post("/v1/responses", { input });
    const body = { input: "And is it also yearly?", previous_response_id: first.id };
    await post("/v1/responses", body);
    expectSeenOnce();
  });

  it("reaches the model as a referred item", async () => {
    const { json: first } = await post("/v1/responses", { input: QUESTION });
    const answer: string = first.output[0].content[0].text;
    const reference = { type: "item_reference", id: first.output[0].id };
    await post("/v1/responses", { input: [reference, { role: "user", content: "Why is it so?" }] });
    expect(seen("system")[0]).toContain(answer);
  });

  it("stays in a long chat of useChat", async () => {
    const turns = Array.from({ length: 30 }, (_, index) => [
      uiMessage("user", `What is number ${index}?`),
      uiMessage("assistant", "A number."),
    ]);
    const messages = [
      uiMessage("assistant", GREETING),
      ...turns.flat(),
      uiMessage("user", QUESTION),
    ];
    await post("/v1/ui/chat", { messages, cache: { mode: "bypass" } });
    expectSeenOnce();
    expect(seen("user")).toHaveLength(11);
  });

  it("shares answers among conversations that open with it, and with no others", async () => {
    const ask = async (...messages: object[]) =>
      (await post("/v1/chat/completions", { messages: [...messages, user] })).cache;
    const user = { role: "user", content: "To which card are the refunds paid?" };
    const opened = { role: "assistant", content: GREETING };
    expect(await ask(opened)).toBe("MISS");
    expect(await ask(opened)).toBe("HIT");
    expect(await ask()).toBe("MISS");
    expect(await ask({ role: "assistant", content: "Hello! I help with the Eagle plan." })).toBe(
      "MISS",
    );
  });
});
