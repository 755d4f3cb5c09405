import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { OfflineModel } from "../../src/models/offline-model.ts";
import type { ChatModel } from "../../src/models/types.ts";

/** The model whose prices the demo's answers have. */
export const PRICED_AS = "gpt-4o-mini";

/** The offline model under a name that has a price, so that costs and savings are seen. */
export function createPricedOfflineModel(): ChatModel {
  const offline = new OfflineModel(createTokenCounter(PRICED_AS));
  return {
    id: PRICED_AS,
    fingerprint: "demo",
    canRewrite: false,
    timeoutMs: 60_000,
    withSampling: () => offline,
  };
}
