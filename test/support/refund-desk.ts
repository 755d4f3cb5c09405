import { afterAll, beforeAll, beforeEach } from "vitest";
import { scriptedModel, type Script } from "./scripted-model.ts";
import { startService } from "./start-service.ts";

/** Usage that the model reports for an answer. */
export const USAGE = { input_tokens: 812, output_tokens: 164, total_tokens: 976 };

/** A service with documents about refunds and parcels, for the tests of a file. Its model follows `script`. */
export class RefundDesk {
  /** Reset before each test to the answer in the document. */
  script: Script = { text: "" };
  readonly model = scriptedModel(() => this.script, { id: "gpt-4o-mini" });
  private started: Awaited<ReturnType<typeof startService>> | undefined;

  constructor() {
    beforeAll(async () => {
      this.started = await startService({}, { model: this.model });
      const text = "Refunds are paid within 30 days of purchase. Parcels are sent on Mondays.";
      await this.server.call("PUT", "/v1/documents/help", { title: "Help", text });
    });
    afterAll(() => this.started?.close());
    beforeEach(() => {
      this.script = { text: "Within 30 days. [1]", usage: USAGE };
    });
  }

  get server() {
    if (this.started === undefined) throw new Error("the service has not been started yet");
    return this.started;
  }

  /** A prompt that the model received, as text. */
  promptOf(index: number): string | undefined {
    const messages = this.model.calls.at(index);
    return messages?.map(({ text }) => text).join("\n");
  }

  lastPrompt(): string | undefined {
    return this.promptOf(-1);
  }
}
