import type { z } from "zod";

/** A route as the OpenAPI document tells of it. */
export interface DescribedRoute {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With OpenAPI's `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: no key needed; `any`: a key, whatever it opens. */
  readonly scope?: "chat" | "admin" | "any";
  readonly query?: readonly string[];
  readonly request?: z.ZodType;
  /** The 200 body; text where there is no schema. */
  readonly reply?: z.ZodType;
  readonly streams?: boolean;
}
