import type { z } from "zod";
import type { RouteScope } from "./middleware/authenticate.ts";
import type { DescribedBody } from "./described-body.ts";

/** A route as the OpenAPI document tells of it. */
export interface DescribedRoute {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With OpenAPI's `{name}` parameters. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: no key needed; `any`: a key, whatever it opens. */
  readonly scope?: RouteScope;
  /** What the query is validated by. */
  readonly query?: z.ZodObject;
  /** Headers that the handler reads. */
  readonly headers?: z.ZodObject;
  readonly request?: DescribedBody;
  /** True: an empty body does too. */
  readonly isRequestOptional?: boolean;
  /** False: its event stream is no answer, and has none of an answer's headers. */
  readonly hasAnswerHeaders?: boolean;
  /** By their status, without those of errors. */
  readonly replies: Readonly<Record<number, DescribedBody>>;
  /** Errors that a client may want to tell apart: their codes by status. */
  readonly errors?: Readonly<Record<number, string>>;
}
