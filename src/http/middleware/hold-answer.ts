import type { RequestHandler, Response } from "express";
import { z } from "zod";
import { RepriseError } from "../../errors.ts";
import type { Slot, SlotOwner, SlotVerdict, Slots } from "../../operations/slots.ts";
import { principalOf } from "../request-context.ts";

/** Seconds after which an answer may have ended. */
const RETRY_SECONDS = 1;

interface Dependencies {
  readonly answerSlots: Slots;
}

/**
 * A slot for an answer that is running or being sent.
 *
 * @throws RepriseError `rate_limited` (429) where the key has too many open, `overloaded` (503) where
 *   the process has
 */
export function takeAnswerSlot({ answerSlots }: Dependencies, owner: SlotOwner): Slot {
  const verdict = answerSlots.take(owner);
  if (verdict.kind === "taken") return verdict.slot;
  throw refusedSlot(verdict, "answers");
}

/** The error for what is open too often. */
function refusedSlot(
  { by, limit }: Extract<SlotVerdict, { kind: "refused" }>,
  what: string,
): RepriseError {
  const message =
    by === "key"
      ? `A key may have ${limit} ${what} open at once; try again when one has ended.`
      : `The service has ${limit} ${what} open, as many as it may; try again in a moment.`;
  return new RepriseError(by === "key" ? "rate_limited" : "overloaded", message, {
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/** Takes a slot for the reply, until it has closed. */
export function holdAnswer(dependencies: Dependencies): RequestHandler {
  return function takeSlot(_request, response, next) {
    const slot = takeAnswerSlot(dependencies, principalOf(response));
    response.locals["answerSlot"] = slot;
    if (response.closed) slot.release();
    else response.once("close", () => slot.release());
    next();
  };
}

const slotSchema = z.custom<Slot>((value) => typeof value === "object" && value !== null);

/** An answer that runs on without its client keeps the slot. */
export function keepSlotUntil(response: Response, ended: Promise<unknown>): void {
  slotSchema.parse(response.locals["answerSlot"]).until(ended);
}
