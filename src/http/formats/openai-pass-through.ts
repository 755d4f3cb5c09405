import type { OfferedTools } from "../../config/config-fields.ts";
import type { PassThrough } from "../../chat/pass-through.ts";
import { hashText } from "../../chat/hash-text.ts";
import type { CompletionRequestBody } from "../schemas/openai-request-schemas.ts";
import { invalidRequest } from "../validate.ts";
import type { GivenMessages } from "./openai-messages.ts";

type Field = keyof CompletionRequestBody;

/** Fields without effect on the answer: passed to the model. */
const NEUTRAL = [
  "metadata",
  "store",
  "prompt_cache_key",
  "prompt_cache_retention",
  "safety_identifier",
] as const satisfies readonly Field[];

/** Fields that a cached answer cannot honour, with the values that equal the default. */
const BEYOND_CACHE = {
  parallel_tool_calls: [true],
  stop: [],
  n: [1],
  logprobs: [false],
  top_logprobs: [0],
  seed: [],
  presence_penalty: [0],
  frequency_penalty: [0],
  logit_bias: [],
  reasoning_effort: [],
  verbosity: [],
  service_tier: ["auto"],
  prediction: [],
  web_search_options: [],
} as const satisfies Partial<Record<Field, readonly unknown[]>>;

/**
 * The fields that are passed to the model unchanged, and how the request may use the cache. Undefined without
 * such fields.
 *
 * @throws RepriseError `invalid_request` if `tool_choice` requires a tool that is not offered
 */
export function readPassThrough(
  body: CompletionRequestBody,
  { original, beyondText, isAllText }: Omit<GivenMessages, "question" | "history">,
  offered: OfferedTools,
): PassThrough | undefined {
  checkDepth(body);
  const tools = readTools(body, offered);
  const format = readFormat(body);
  const beyond = pick(body, Object.keys(BEYOND_CACHE).filter(isBeyondCache));
  const fields = { ...pick(body, NEUTRAL), ...tools.fields, ...format.fields, ...beyond };
  if (Object.keys(fields).length === 0 && original === undefined) return undefined;
  const isPast = beyondText !== undefined || Object.keys(beyond).length > 0;
  const inScope = [...tools.inScope, ...format.inScope];
  return {
    fields,
    cacheUse: isPast ? "none" : strictest(tools.cacheUse, format.cacheUse),
    ...(inScope.length > 0 && { fingerprint: hashText(JSON.stringify(inScope)) }),
    isStructured: format.isStructured,
    isAllText,
    messages: original,
  };
}

type CacheUse = PassThrough["cacheUse"];

/** Fields to pass on, and how the request may use the cache. */
interface HandedOn {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cacheUse: CacheUse;
  /** Parts of the cache scope. */
  readonly inScope: readonly string[];
}

const NOTHING: HandedOn = { fields: {}, cacheUse: "shared", inScope: [] };

function strictest(...uses: readonly CacheUse[]): CacheUse {
  if (uses.includes("none")) return "none";
  return uses.includes("exact") ? "exact" : "shared";
}

function isBeyondCache(name: string): name is keyof typeof BEYOND_CACHE {
  return Object.hasOwn(BEYOND_CACHE, name);
}

/** Picks the fields with a value other than the default. */
function pick(body: CompletionRequestBody, names: readonly Field[]): Record<string, unknown> {
  return Object.fromEntries(
    names.flatMap((name) => (isLeftOut(name, body[name]) ? [] : [[name, body[name]]])),
  );
}

function isLeftOut(name: Field, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "object" && name !== "web_search_options") {
    return Object.keys(value).length === 0;
  }
  const defaults: readonly unknown[] = isBeyondCache(name) ? BEYOND_CACHE[name] : [];
  return defaults.includes(value);
}

function readTools(body: CompletionRequestBody, offered: OfferedTools): HandedOn {
  const tools = body.tools ?? [];
  const choice = body.tool_choice ?? "auto";
  const isForced = choice !== "auto" && choice !== "none";
  if (tools.length === 0) {
    if (!isForced) return NOTHING;
    const message = "requires a tool, but tools is empty";
    throw invalidRequest([{ param: "tool_choice", message }]);
  }
  // Tools are sorted: their order has no meaning, and clients change it.
  const inScope = JSON.stringify([tools.map(canonical).sort(), choice === "none"]);
  return {
    fields: { tools, ...(choice !== "auto" && { tool_choice: choice }) },
    cacheUse: isForced || offered === "bypass" ? "none" : "shared",
    inScope: offered === "scope" ? [inScope] : [],
  };
}

function readFormat({
  response_format: format,
}: CompletionRequestBody): HandedOn & { readonly isStructured: boolean } {
  if (format === undefined || format === null || format.type === "text") {
    return { ...NOTHING, isStructured: false };
  }
  const fields = { response_format: format };
  const cacheUse = format.type === "json_schema" ? "exact" : "none";
  return { fields, cacheUse, inScope: [canonical(format)], isStructured: true };
}

/** Maximum nesting of lists and objects in a field. */
const MAX_DEPTH = 64;

/**
 * Rejects deep nesting, which would overflow `JSON.stringify`.
 *
 * @throws RepriseError `invalid_request` naming the field
 */
function checkDepth(body: CompletionRequestBody): void {
  const deep = Object.entries(body).filter(([, value]) => isDeep(value));
  const message = `must be nested at most ${MAX_DEPTH} levels deep`;
  if (deep.length > 0) throw invalidRequest(deep.map(([param]) => ({ param, message })));
}

function isDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((part) =>
      typeof part === "object" && part !== null ? Object.values(part) : [],
    );
  }
  return false;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
