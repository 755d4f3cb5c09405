import type { Embedder } from "../../models/types.ts";
import type { SeparateAsk } from "./separate-ask.ts";

/** An embedder that embeds only the compared part of each message. */
export function embedAsks(
  embedder: Pick<Embedder, "embed">,
  separateAsk: SeparateAsk,
): Pick<Embedder, "embed"> {
  return {
    embed: (messages, options) =>
      embedder.embed(
        messages.map((message) => separateAsk(message).text),
        options,
      ),
  };
}
