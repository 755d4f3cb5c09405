import type { ChatModelSettings } from "./types.ts";
import { initChatModel } from "langchain/chat_models/universal";
import { ConfigError } from "../errors.ts";
import { readModelName, type ModelName } from "./model-name.ts";
import { OFFLINE_MODEL, OfflineModel } from "./offline-model.ts";
import { guessHabit } from "./thinking-state.ts";
import { giveFields, takesAnywhere, takesOffline, toOptions } from "./model-fields.ts";
import { loadWordMeaning } from "./word-meaning.ts";
import type { ChatModel, MakeModel, Sampling, TokenCounter } from "./types.ts";

/** Default sampling: the provider's own. */
const DEFAULT_SAMPLING: Sampling = {};
const MAX_RETRIES = 2;

/**
 * Creates the chat model: OpenAI and compatible servers through `@langchain/openai`, another provider through
 * LangChain's `initChatModel` if its package is installed, or the offline model.
 *
 * @throws ConfigError with the package to install or the setting to change if another provider cannot be used
 */
export async function createChatModel(
  settings: ChatModelSettings,
  counter: TokenCounter,
): Promise<ChatModel> {
  const asked = readModelName(settings.model);
  const base = { fingerprint: asked.provider, timeoutMs: settings.timeoutMs };
  if (settings.model === OFFLINE_MODEL) {
    const { builtinModelDir } = settings;
    const meaning =
      builtinModelDir === undefined ? undefined : await loadWordMeaning(builtinModelDir);
    const offline = new OfflineModel(counter, meaning);
    const withSampling = () => offline;
    return { ...base, id: OFFLINE_MODEL, canRewrite: false, takes: takesOffline, withSampling };
  }
  const make = await modelMaker(asked, settings);
  const plain = await make(DEFAULT_SAMPLING);
  return {
    ...base,
    id: asked.name,
    canRewrite: true,
    settings: {
      model: settings.variable ?? "CHAT_MODEL",
      key: asked.provider === "openai" ? "OPENAI_API_KEY" : `the key of ${asked.provider}`,
      address:
        asked.provider === "openai" ? "OPENAI_BASE_URL" : `the settings of ${asked.provider}`,
    },
    thinking: guessHabit(asked.name),
    onUnknownEnd: noticeOnce(settings, "the model server sent an unknown finish reason"),
    ...(asked.provider !== "openai" && { takes: takesAnywhere }),
    async withSampling(sampling, fields = {}) {
      const isPlain = isEmpty(sampling) && Object.keys(fields).length === 0;
      return isPlain ? plain : make(sampling, fields);
    },
  };
}

/** Reports each value once. */
function noticeOnce({ model, onNotice }: ChatModelSettings, message: string) {
  const told = new Set<string>();
  return (value: string): void => {
    if (told.has(value)) return;
    told.add(value);
    onNotice?.(message, { model, value: value.slice(0, 100) });
  };
}

async function modelMaker(
  { provider, name }: ModelName,
  settings: ChatModelSettings,
): Promise<MakeModel> {
  const maxRetries = settings.maxRetries ?? MAX_RETRIES;
  if (provider === "openai") {
    // Lazy import: the client loads slowly, and the offline model does not need it.
    const { openAiMaker } = await import("./openai-maker.ts");
    return openAiMaker(name, {
      ...settings,
      maxRetries,
      onRefusedField: noticeOnce(
        settings,
        "the model server rejects a field; it is omitted from now on",
      ),
    });
  }
  return async (sampling, fields = {}) => {
    const options = { modelProvider: provider, maxRetries, ...toOptions(sampling) };
    try {
      return giveFields(await initChatModel(name, options), fields);
    } catch (error) {
      throw providerProblem({ provider, name }, error, settings.variable ?? "CHAT_MODEL");
    }
  };
}

function isEmpty(sampling: Sampling): boolean {
  return Object.values(sampling).every((value) => value === undefined);
}

function providerProblem(
  { provider, name }: ModelName,
  cause: unknown,
  variable: string,
): ConfigError {
  const text = cause instanceof Error ? cause.message : String(cause);
  const missing = /Unable to import (\S+?)\./.exec(text)?.[1];
  const advice = missing === undefined ? text : `install its package: npm install ${missing}`;
  const otherwise = `for the model ${provider}:${name} at OPENAI_BASE_URL, write openai:${provider}:${name}`;
  const problem = `${variable}: the provider ${provider} cannot be used: ${advice} (${otherwise})`;
  return new ConfigError([problem], { cause });
}
