import type { Told } from "./ask-surfaces.ts";
import { ANSWER, type ServerPlan } from "./model-server.ts";

/** Behaviour of a model server, and the expected result for a client. */
export interface Kind {
  readonly name: string;
  readonly plan: ServerPlan;
  readonly told: Partial<Record<keyof Told, unknown>>;
  /** True if the error occurs after the stream has started. */
  readonly hasBegun?: boolean;
  /** Whether a repeated question is a cache hit. */
  readonly isStored: boolean;
}

/** The answer is understood. */
export const answers = (
  name: string,
  chunks: ServerPlan["chunks"],
  told: Kind["told"] = {},
): Kind => ({
  name,
  plan: chunks === undefined ? {} : { chunks },
  told: { answer: ANSWER, finish: "stop", ...told },
  isStored: true,
});
/** Fails before the first word. */
export const breaks = (name: string, plan: ServerPlan, code: string, status = 502): Kind => ({
  name,
  plan,
  told: { code, status },
  isStored: false,
});
/** Fails after the first words. */
export const breaksOff = (name: string, plan: ServerPlan): Kind => ({
  ...breaks(name, plan, "model_failed"),
  hasBegun: true,
});
/** Replies with a status and a body instead of a stream. */
export const refuses = (
  name: string,
  status: number,
  body: object | string,
  code: string,
  out = 502,
) => breaks(name, { reply: { status, body } }, code, out);
