import type { RequestHandler } from "express";
import { z } from "zod";
import { validate } from "../validate.ts";

const noQuerySchema = z.strictObject({});

/** Refuses every query parameter: one that is not known may be meant to remove or to send less. */
export const refuseQuery: RequestHandler = function checkQuery(request, _response, next) {
  validate(noQuerySchema, request.query);
  next();
};
