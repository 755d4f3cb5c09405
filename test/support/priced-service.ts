import { scriptedModel } from "./scripted-model.ts";
import { startService } from "./start-service.ts";

const USAGE = { input_tokens: 812, output_tokens: 164, total_tokens: 976 };
/** gpt-4o-mini: 812 prompt tokens at 150 nano-dollars, 164 completion tokens at 600. */
export const ANSWER_COST = "0.000220200";

/** A service with a fixed answer, at the price of gpt-4o-mini. */
export function startPriced(environment: Record<string, string> = {}) {
  const model = scriptedModel(() => ({ text: "Within 30 days [1].", usage: USAGE }), {
    id: "gpt-4o-mini",
    canRewrite: false,
  });
  return startService(environment, { model }).then((server) => ({ server, model }));
}
