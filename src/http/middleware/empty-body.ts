import type { RequestHandler } from "express";

const EMPTY = new WeakSet();

/** Remembers a request whose body has no byte; for the parser's `verify`. */
export function noteEmptyBody(request: object, body: Buffer): void {
  if (body.length === 0) EMPTY.add(request);
}

/** The parser makes `{}` of nothing, which would replace a profile by an empty one. */
export const dropEmptyBody: RequestHandler = function dropEmpty(request, _response, next) {
  if (EMPTY.has(request)) request.body = undefined;
  next();
};
