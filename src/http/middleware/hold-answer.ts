import type { RequestHandler, Response } from "express";
import { z } from "zod";
import { RepriseError } from "../../errors.ts";
import type { Slot, SlotOwner, SlotVerdict, Slots } from "../../operations/slots.ts";
import { principalOf } from "../request-context.ts";

/** Seconds after which a slot may be free. */
const RETRY_SECONDS = 1;

interface Dependencies {
  readonly answerSlots: Slots;
}

/**
 * Takes a slot for an answer that runs or is sent.
 *
 * @throws RepriseError `rate_limited` (429) if the key has too many open answers, `overloaded` (503) if the
 * process has
 */
export function takeAnswerSlot({ answerSlots }: Dependencies, owner: SlotOwner): Slot {
  const verdict = answerSlots.take(owner);
  if (verdict.kind === "taken") return verdict.slot;
  throw refusedSlot(verdict, "answers");
}

/** The error if no slot is free. */
function refusedSlot(
  { by, limit }: Extract<SlotVerdict, { kind: "refused" }>,
  what: string,
): RepriseError {
  const message =
    by === "key"
      ? `The key has reached its limit of ${limit} concurrent ${what}. Try again when one has ended.`
      : `The service has reached its limit of ${limit} concurrent ${what}. Try again in a moment.`;
  return new RepriseError(by === "key" ? "rate_limited" : "overloaded", message, {
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/** Takes a slot and releases it when the reply closes. */
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

/** Keeps the slot for an answer that continues after a disconnect. */
export function keepSlotUntil(response: Response, ended: Promise<unknown>): void {
  slotSchema.parse(response.locals["answerSlot"]).until(ended);
}
