import express, { type RequestHandler } from "express";
import { RepriseError } from "../../errors.ts";

/** Reads a JSON body of at most `limit` bytes, and refuses any other type. */
export function readJson(limit: number): RequestHandler[] {
  return [
    function requireJson(request, _response, next) {
      if (request.is("json") === false && request.get("content-type") !== undefined) {
        throw new RepriseError("unsupported_media_type", "The body must be application/json.");
      }
      next();
    },
    express.json({ limit, strict: false, type: () => true }),
  ];
}
