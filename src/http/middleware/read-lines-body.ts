import type { Request, RequestHandler } from "express";
import express from "express";
import { requireUtf8 } from "./read-json.ts";

const TYPES = ["application/x-ndjson", "application/ndjson", "application/jsonl"];

/** True for a request whose body is JSON on each line. */
export function isLines(request: Request): boolean {
  return Boolean(request.is(TYPES));
}

/** Reads such a body of at most `limit` bytes as text; requests of other types pass. */
export function readLines(limit: number): RequestHandler {
  return express.text({ limit, type: TYPES, defaultCharset: "utf-8", verify: requireUtf8 });
}
