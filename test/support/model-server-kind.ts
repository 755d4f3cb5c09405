import type { Told } from "./ask-surfaces.ts";
import { ANSWER, type ServerPlan } from "./model-server.ts";

/** What a model server does, and what a client is told then. */
export interface Kind {
  readonly name: string;
  readonly plan: ServerPlan;
  readonly told: Partial<Record<keyof Told, unknown>>;
  /** Where the error comes in a stream, that has begun. */
  readonly hasBegun?: boolean;
  /** Whether the same question is served from the cache next. */
  readonly isStored: boolean;
}

/** It is understood. */
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
/** It fails before a word has come. */
export const breaks = (name: string, plan: ServerPlan, code: string, status = 502): Kind => ({
  name,
  plan,
  told: { code, status },
  isStored: false,
});
/** Words have come before it fails. */
export const breaksOff = (name: string, plan: ServerPlan): Kind => ({
  ...breaks(name, plan, "model_failed"),
  hasBegun: true,
});
/** It answers with a status and a body in the place of a stream. */
export const refuses = (
  name: string,
  status: number,
  body: object | string,
  code: string,
  out = 502,
) => breaks(name, { reply: { status, body } }, code, out);
