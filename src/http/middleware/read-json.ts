import { isUtf8 } from "node:buffer";
import express, { type RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";

/** Reads a JSON body of at most `limit` bytes, in UTF-8 unless its type says otherwise, and refuses any other type. */
export function readJson(limit: number): RequestHandler[] {
  return [
    function requireJson(request, _response, next) {
      if (request.is("json") === false && request.get("content-type") !== undefined) {
        throw new RepriseError("unsupported_media_type", "The body must be application/json.");
      }
      next();
    },
    express.json({ limit, strict: false, type: () => true, verify: requireUtf8 }),
  ];
}

/** Other bytes would become replacement characters without a word. */
export function requireUtf8(
  _request: unknown,
  _response: unknown,
  body: Buffer,
  encoding: string,
): void {
  if (/^utf-?8$/i.test(encoding) && !isUtf8(body)) throw new Error("the body is not UTF-8");
}
