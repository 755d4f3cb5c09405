import { accessSync, constants, opendirSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { apiKeys, type ApiKey } from "./identity/api-keys.ts";
import { offeredTools, wholeNumber, type OfferedTools } from "./config/config-fields.ts";
import { ConfigError } from "./errors.ts";
import { checkJwt, jwtVariables, toJwtSettings, type JwtSettings } from "./config/jwt-settings.ts";
import { limitFields, toLimits, type ServerLimits } from "./config/limits.ts";
import type { ModelSettings } from "./config/model-settings.ts";
import { readModelName } from "./models/model-name.ts";
import { parseUsd } from "./usage/prices.ts";

/** All settings, read once at start. The README has the table. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly apiKeys: readonly ApiKey[];
  /** Verification of user tokens; undefined: none are accepted. */
  readonly jwt: JwtSettings | undefined;
  readonly chat: ModelSettings;
  readonly embeddings: {
    readonly kind: "openai" | "local" | "builtin";
    readonly model: string | undefined;
    readonly modelsDir: string | undefined;
    /** Maximum texts per embedding request; undefined: 256, or fewer if the server rejects that. */
    readonly maxBatch: number | undefined;
  };
  readonly history: { readonly maxMessages: number; readonly ttlSeconds: number };
  readonly cache: {
    readonly threshold: number;
    /** Undefined: the calibrated value of the embedder. */
    readonly greyThreshold: number | undefined;
    readonly ttlSeconds: number;
  };
  /** Undefined: everything outside the database is kept in this process. */
  readonly redis: { readonly url: string; readonly timeoutMs: number } | undefined;
  readonly limits: ServerLimits;
  readonly offeredTools: OfferedTools;
  readonly rateLimitPerMinute: number | undefined;
  /** Budget of each tenant per UTC day; undefined: no limit. */
  readonly dailyBudgetNanoUsd: bigint | undefined;
  /** Retention periods in days; undefined keeps the rows. */
  readonly retention: {
    readonly transcriptDays: number | undefined;
    readonly ledgerDays: number | undefined;
    readonly versionDays: number | undefined;
    readonly lookupDays: number | undefined;
  };
  /** Settings of the lookup log. */
  readonly lookupLog: {
    /** Fraction of the lookups that are logged, 0..1. */
    readonly sample: number;
    /** Maximum rows per tenant, the oldest are removed first; 0 disables the log. */
    readonly maxRows: number;
    readonly texts: "full" | "hashed";
  };
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /** The database: `:memory:`, the folder of the SQLite file, or a `postgres://` URL. */
  readonly database: string;
  /** Folder for local files, including SQLite's; undefined: nothing is written to disk. */
  readonly dataDir: string | undefined;
  readonly knowledgeDir: string;
  /** Whether changes below it are taken over while the service runs. */
  readonly knowledgeWatch: boolean;
  readonly pricesFile: string;
  readonly calibrationFile: string;
  /** Language of questions too short to detect; undefined: none. */
  readonly defaultLanguage: string | undefined;
  readonly guardsDir: string;
  readonly promptsDir: string;
  readonly followUpDir: string;
  /** Folder of the data on how each language asks. */
  readonly asksDir: string;
  readonly webDir: string;
  readonly builtinModelDir: string;
}

const similarity = z.coerce
  .number("must be a number from 0 to 1")
  .min(0, "must be from 0 to 1")
  .max(1, "must be from 0 to 1");

/**
 * A readable path, checked now to report it with the other problems. `look` throws if it is not
 * readable.
 */
const readable = (look: (path: string) => void) =>
  z.string().superRefine((path, context) => {
    try {
      look(resolve(path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const message = `${resolve(path)} cannot be read: ${reason}`;
      context.addIssue({ code: "custom", message });
    }
  });

const environmentSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  API_KEYS: apiKeys.default([]),
  ...jwtVariables,
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url("must be an address such as https://host/v1").optional(),
  OPENAI_TOOLS: offeredTools.default("scope"),
  CHAT_MODEL: z.string().optional(),
  RESOLVE_MODEL: z.string().optional(),
  JUDGE_MODEL: z
    .string()
    .refine((name) => name !== "offline-extractive", "offline-extractive cannot judge; unset it")
    .optional(),
  JUDGE_URL: z
    .url({ protocol: /^https?$/, error: "must be an address such as https://host/decide" })
    .optional(),
  JUDGE_API_KEY: z.string().optional(),
  JUDGE_MIN_PROBABILITY: similarity.default(0.9),
  JUDGE_DEADLINE_MS: wholeNumber(10, 30_000).optional(),
  EMBEDDINGS: z.enum(["openai", "local", "builtin"], "must be openai, local or builtin").optional(),
  EMBEDDING_MODEL: z.string().optional(),
  EMBEDDING_BATCH_SIZE: wholeNumber(1, 2_048).optional(),
  MODELS_DIR: z.string().optional(),
  HISTORY_MAX_MESSAGES: wholeNumber(2, 1000).default(20),
  HISTORY_TTL_SECONDS: wholeNumber(1, 31_536_000).default(86_400),
  CACHE_THRESHOLD: similarity.default(0.95),
  CACHE_GREY_THRESHOLD: similarity.optional(),
  CACHE_TTL_SECONDS: wholeNumber(0, 31_536_000).default(86_400),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: "must be an address such as redis://host:6379" })
    .optional(),
  REDIS_TIMEOUT_MS: wholeNumber(10, 60_000).default(250),
  DAILY_BUDGET_USD: z
    .string()
    .regex(/^\d{1,9}(?:\.\d{1,9})?$/, "must be US dollars such as 25 or 0.50")
    .transform(parseUsd)
    .optional(),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, 1_000_000).optional(),
  ...limitFields,
  TRANSCRIPT_RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  LEDGER_RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  VERSION_RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  LOOKUP_RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  LOOKUP_LOG_SAMPLE: similarity.default(1),
  LOOKUP_LOG_ROWS: wholeNumber(0, 10_000_000).default(50_000),
  LOOKUP_LOG_TEXT: z.enum(["full", "hashed"], "must be full or hashed").default("full"),
  MODEL_TIMEOUT_MS: wholeNumber(100, 3_600_000).default(60_000),
  DEFAULT_LANGUAGE: z
    .string()
    .regex(/^(?:[a-z]{2,3}|none)$/, "must be a language code such as en, or none")
    .default("en"),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "must be trace, debug, info, warn, error, fatal or silent",
    )
    .default("info"),
  DATABASE_URL: z
    .url({ protocol: /^postgres(?:ql)?$/, error: "must be postgres://user:password@host/database" })
    .optional(),
  DATA_DIR: z.string().default(".reprise"),
  KNOWLEDGE_WATCH: z.enum(["true", "false"], "must be true or false").default("false"),
  KNOWLEDGE_DIR: readable((path) => opendirSync(path).closeSync()).optional(),
  PRICES_FILE: readable((path) => accessSync(path, constants.R_OK)).optional(),
});

const MODEL_VARIABLES = ["CHAT_MODEL", "RESOLVE_MODEL", "JUDGE_MODEL"] as const;

type Settings = z.infer<typeof environmentSchema>;

/**
 * Reads the settings from an environment.
 *
 * @throws ConfigError with all problems at once, each with the variable's name
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`),
    );
  }
  const problems = crossCheck(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  return toConfig(parsed.data);
}

function crossCheck(settings: Settings): string[] {
  const problems: string[] = [];
  const isOpen = settings.API_KEYS.length === 0 && settings.JWT_ISSUER === undefined;
  if (isOpen && !isLoopback(settings.HOST)) {
    problems.push(
      `HOST: ${settings.HOST} is reachable from other machines; set API_KEYS first, or bind to 127.0.0.1`,
    );
  }
  if (settings.EMBEDDINGS === "openai" && !hasOpenAi(settings)) {
    problems.push(
      "EMBEDDINGS: openai needs OPENAI_API_KEY (or OPENAI_BASE_URL of a server that asks for none)",
    );
  }
  problems.push(...checkJwt(settings));
  if (settings.JUDGE_DEADLINE_MS !== undefined && !hasJudge(settings)) {
    problems.push("JUDGE_DEADLINE_MS: needs JUDGE_MODEL or JUDGE_URL");
  }
  for (const variable of MODEL_VARIABLES) problems.push(...checkModel(variable, settings));
  return problems;
}

function checkModel(variable: (typeof MODEL_VARIABLES)[number], settings: Settings): string[] {
  const model = settings[variable];
  if (model === undefined || model === "offline-extractive") return [];
  const { provider, name } = readModelName(model);
  if (name === "") return [`${variable}: ${model} must be followed by the name of a model`];
  if (provider !== "openai" || hasOpenAi(settings)) return [];
  return [`${variable}: ${model} needs OPENAI_API_KEY or OPENAI_BASE_URL`];
}

function hasJudge({ JUDGE_MODEL, JUDGE_URL }: Settings): boolean {
  return JUDGE_MODEL !== undefined || JUDGE_URL !== undefined;
}

function hasOpenAi(settings: Settings): boolean {
  return settings.OPENAI_API_KEY !== undefined || settings.OPENAI_BASE_URL !== undefined;
}

/** True for loopback addresses. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function toConfig(settings: Settings): Config {
  const root = resolve(import.meta.dirname, "..");
  const dataDir = settings.DATA_DIR === ":memory:" ? undefined : resolve(settings.DATA_DIR);
  return Object.freeze({
    port: settings.PORT,
    host: settings.HOST,
    apiKeys: settings.API_KEYS,
    jwt: toJwtSettings(settings),
    chat: toChatConfig(settings),
    embeddings: {
      kind: settings.EMBEDDINGS ?? (settings.OPENAI_API_KEY === undefined ? "builtin" : "openai"),
      model: settings.EMBEDDING_MODEL,
      modelsDir: settings.MODELS_DIR,
      maxBatch: settings.EMBEDDING_BATCH_SIZE,
    },
    history: {
      maxMessages: settings.HISTORY_MAX_MESSAGES,
      ttlSeconds: settings.HISTORY_TTL_SECONDS,
    },
    cache: {
      threshold: settings.CACHE_THRESHOLD,
      greyThreshold: settings.CACHE_GREY_THRESHOLD,
      ttlSeconds: settings.CACHE_TTL_SECONDS,
    },
    redis:
      settings.REDIS_URL === undefined
        ? undefined
        : { url: settings.REDIS_URL, timeoutMs: settings.REDIS_TIMEOUT_MS },
    dailyBudgetNanoUsd: settings.DAILY_BUDGET_USD,
    limits: toLimits(settings),
    offeredTools: settings.OPENAI_TOOLS,
    rateLimitPerMinute: settings.RATE_LIMIT_PER_MINUTE,
    retention: {
      transcriptDays: settings.TRANSCRIPT_RETENTION_DAYS,
      ledgerDays: settings.LEDGER_RETENTION_DAYS,
      versionDays: settings.VERSION_RETENTION_DAYS,
      lookupDays: settings.LOOKUP_RETENTION_DAYS,
    },
    lookupLog: {
      sample: settings.LOOKUP_LOG_SAMPLE,
      maxRows: settings.LOOKUP_LOG_ROWS,
      texts: settings.LOOKUP_LOG_TEXT,
    },
    logLevel: settings.LOG_LEVEL,
    database: settings.DATABASE_URL ?? dataDir ?? ":memory:",
    dataDir,
    knowledgeWatch: settings.KNOWLEDGE_WATCH === "true",
    knowledgeDir: resolve(settings.KNOWLEDGE_DIR ?? join(root, "data", "knowledge")),
    pricesFile: resolve(settings.PRICES_FILE ?? join(root, "data", "prices.json")),
    calibrationFile: join(root, "data", "calibration.json"),
    defaultLanguage: settings.DEFAULT_LANGUAGE === "none" ? undefined : settings.DEFAULT_LANGUAGE,
    guardsDir: join(root, "data", "guards"),
    promptsDir: join(root, "prompts"),
    followUpDir: join(root, "data", "follow-up"),
    asksDir: join(root, "data", "asks"),
    webDir: join(root, "dist", "web"),
    builtinModelDir: join(root, "data", "models", "builtin"),
  });
}

function toChatConfig(settings: Settings): ModelSettings {
  const defaultModel = hasOpenAi(settings) ? "gpt-4o-mini" : "offline-extractive";
  return {
    model: settings.CHAT_MODEL ?? defaultModel,
    resolveModel: settings.RESOLVE_MODEL,
    judgeModel: settings.JUDGE_MODEL,
    judgeUrl: settings.JUDGE_URL,
    judgeApiKey: settings.JUDGE_API_KEY,
    judgeMinProbability: settings.JUDGE_MIN_PROBABILITY,
    judgeDeadlineMs: settings.JUDGE_DEADLINE_MS,
    openAiApiKey: settings.OPENAI_API_KEY,
    openAiBaseUrl: settings.OPENAI_BASE_URL,
    timeoutMs: settings.MODEL_TIMEOUT_MS,
  };
}
