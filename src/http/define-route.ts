import type { ConversationKey } from "../history/types.ts";
import type { ProfileRequest } from "../profiles/types.ts";
import { Router, type Request, type RequestHandler, type Response } from "express";
import type { z } from "zod";
import { json, type DescribedBody } from "./described-body.ts";
import { authenticate, type RouteScope, principalOf } from "./request-context.ts";
import { pathSchema } from "./schemas/parameter-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import { validate } from "./validate.ts";

/**
 * Resources that a caller can access, among the callers that the route's scope admits. `defineRoute` enforces it: the
 * handler gets an owned resource only after the check, or together with the caller whom its port checks.
 *
 * - `open`: every resource, without a key
 * - `known`: resources without an owner, and the caller's own identity; any key or user token
 * - `tenant`: every resource of the tenant
 * - `asking`: the caller's own conversations, and new ones
 * - `conversation`, `message`, `profile`: the caller's own; with `chat:all` or `admin` the tenant's; else 404
 * - `conversations`: a listing of the same
 * - `stream`: the caller's own message; else 204, as for a message that cannot be resumed
 * - `reconnect`: the live answer of the caller's own conversation; else 204, as without a live answer
 */
export type RouteAccess =
  | "open"
  | "known"
  | "tenant"
  | "asking"
  | "conversation"
  | "conversations"
  | "message"
  | "stream"
  | "reconnect"
  | "profile";

/** A route, for /openapi.json and for Express. */
export interface Route {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** With OpenAPI's `{id}` parameter. */
  readonly path: string;
  readonly summary: string;
  /** Undefined: no key needed. `any`: any key. */
  readonly scope?: RouteScope;
  readonly access: RouteAccess;
  readonly query?: z.ZodObject;
  /** Headers that the handler reads. */
  readonly headers?: z.ZodObject;
  readonly request?: DescribedBody;
  /** True: an empty body counts as `{}`. */
  readonly isRequestOptional?: boolean;
  /** False: the event stream is not an answer and has no cache headers. */
  readonly hasAnswerHeaders?: boolean;
  /** Bodies by status, without errors. */
  readonly replies: Readonly<Record<number, DescribedBody>>;
  /** Error codes by status, for statuses with codes that clients may distinguish. */
  readonly errors?: Readonly<Record<number, string>>;
  /** Express handlers in order: authentication, `before`, then validation with `handle`. */
  readonly handlers: (dependencies: HttpDependencies) => RequestHandler[];
}

/** A message, for the port that checks its owner. */
interface CallersMessage {
  readonly tenant: string;
  readonly id: string;
  readonly caller: Principal;
}

/** What a handler gets instead of the id and the caller, by the access of its route. */
interface OwnedResources {
  /** Checked: it is the caller's, or nobody's yet. `owner` owns what the caller makes of it. */
  readonly conversation: ConversationKey & { readonly owner: string | undefined };
  readonly message: CallersMessage;
  readonly stream: CallersMessage;
  readonly reconnect: ConversationKey & { readonly caller: Principal };
  readonly profile: ProfileRequest & { readonly caller: Principal };
}

/** A request for a handler: authenticated, and validated by the route's schemas. */
export interface RouteRequest<Caller, Id, Resource, Query, Body> {
  /** Undefined if `resource` has it. */
  readonly caller: Caller;
  /** The `{id}` of the path; undefined if `resource` has it. */
  readonly id: Id;
  /** The owned resource of the path, by the access of the route. */
  readonly resource: Resource;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
}

type Handler<Context> = (context: Context) => Promise<void> | void;
type OwnedAccess = keyof OwnedResources;
type CallerOf<Access> = Access extends "open" | OwnedAccess ? undefined : Principal;
type ResourceOf<Access> = Access extends OwnedAccess ? OwnedResources[Access] : undefined;
type IdOf<Path, Access> = Access extends OwnedAccess
  ? undefined
  : Path extends `${string}{id}${string}`
    ? string
    : undefined;

/** A `Route` with its handler and the schemas of the handler's input. */
interface RouteDefinition<
  Context,
  Path = string,
  Access = RouteAccess,
  Query = z.ZodObject,
  Body = z.ZodType,
> extends Omit<Route, "path" | "access" | "query" | "handlers"> {
  readonly path: Path;
  readonly access: Access;
  readonly query?: Query;
  /** Schema of a JSON body. With several media types, set `request` and validate in the handler. */
  readonly body?: Body;
  /** Runs after authentication and before validation: limits, slots, body readers. */
  readonly before?: (dependencies: HttpDependencies) => readonly RequestHandler[];
  readonly handle: (dependencies: HttpDependencies) => Handler<Context>;
}

/**
 * Documents, authorises, validates and handles a route in one place. The overload infers the handler's input
 * from the path, the access and the schemas; the implementation sees these types erased.
 */
export function defineRoute<
  const Path extends string,
  const Access extends RouteAccess,
  Query extends z.ZodObject | z.ZodUndefined = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(
  route: RouteDefinition<
    RouteRequest<
      CallerOf<Access>,
      IdOf<Path, Access>,
      ResourceOf<Access>,
      z.output<Query>,
      z.output<Body>
    >,
    Path,
    Access,
    Query,
    Body
  >,
): Route;
export function defineRoute({
  body,
  before,
  handle,
  ...described
}: RouteDefinition<
  RouteRequest<Principal | undefined, string | undefined, unknown, unknown, unknown>
>): Route {
  const { scope, access, path, query, isRequestOptional = false } = described;
  const params = path.includes("{id}") ? pathSchema(path) : undefined;
  if ((scope === undefined) !== (access === "open")) {
    throw new TypeError(`${path}: a route without a scope is open, and only such a route`);
  }
  const bodyOf = (request: Request): unknown =>
    isRequestOptional ? (request.body ?? {}) : request.body;
  const isOwned = isOwnedAccess(access);
  if (isOwned && params === undefined) throw new TypeError(`${path}: ${access} needs an {id}`);
  // The order decides which error a client gets if several apply: another caller's resource is 404 even with an
  // invalid query or body.
  const read = async (request: Request, response: Response, dependencies: HttpDependencies) => {
    const caller = scope === undefined ? undefined : principalOf(response);
    const id = params && validate(params, { ...request.params }).id;
    return {
      request,
      response,
      resource: caller && id && (await reach(access, id, caller, dependencies)),
      caller: isOwned ? undefined : caller,
      id: isOwned ? undefined : id,
      query: query && validate(query, request.query),
      body: body && validate(body, bodyOf(request)),
    };
  };
  return {
    ...described,
    ...(body !== undefined && { request: json(body) }),
    handlers(dependencies) {
      const run = handle(dependencies);
      return [
        ...(scope === undefined ? [] : [authenticate(dependencies.apiKeys, scope)]),
        ...(before?.(dependencies) ?? []),
        async (request, response) => run(await read(request, response, dependencies)),
      ];
    },
  };
}

type Reach<Resource> = (
  id: string,
  caller: Principal,
  dependencies: Pick<HttpDependencies, "owners">,
) => Promise<Resource> | Resource;

const toMessage: Reach<CallersMessage> = (id, caller) => ({ tenant: caller.tenant, id, caller });

/** The owned resource of an id. */
const REACH: { readonly [Access in OwnedAccess]: Reach<OwnedResources[Access]> } = {
  async conversation(id, caller, { owners }) {
    const key = { tenant: caller.tenant, conversationId: id };
    await owners.check(key, caller);
    return { ...key, owner: caller.owner };
  },
  message: toMessage,
  stream: toMessage,
  reconnect: (id, caller) => ({ tenant: caller.tenant, conversationId: id, caller }),
  profile: (id, caller) => ({ tenant: caller.tenant, userId: id, caller }),
};

function isOwnedAccess(access: RouteAccess): access is OwnedAccess {
  return access in REACH;
}

/** Undefined for a route whose resources belong to the tenant or to nobody. */
function reach(access: RouteAccess, ...given: Parameters<Reach<unknown>>): unknown {
  return isOwnedAccess(access) ? REACH[access](...given) : undefined;
}

/** Mounts all routes on one router, in order. */
export function mountRoutes(routes: readonly Route[], dependencies: HttpDependencies): Router {
  const router = Router();
  for (const { method, path, handlers } of routes) {
    router[method](path.replaceAll(/\{(\w+)\}/g, ":$1"), ...handlers(dependencies));
  }
  return router;
}
