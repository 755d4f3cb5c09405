/** Which models are asked, where, and for how long. */
export interface ModelSettings {
  /** `offline-extractive`, a model's name at OpenAI or `openAiBaseUrl`, or `provider:model`. */
  readonly model: string;
  /** The model that rewrites follow-ups, named in the same way; the chat model where it is unset. */
  readonly resolveModel: string | undefined;
  /** The model that is asked whether two near questions are the same; nobody is where it is unset. */
  readonly judgeModel: string | undefined;
  /** An endpoint that is asked about questions in the place of that model. */
  readonly judgeUrl: string | undefined;
  readonly judgeApiKey: string | undefined;
  /** From which probability on the endpoint says yes, 0..1. */
  readonly judgeMinProbability: number;
  /** Longest wait of a reply for the judge; undefined: it is asked after the reply only. */
  readonly judgeDeadlineMs: number | undefined;
  readonly openAiApiKey: string | undefined;
  readonly openAiBaseUrl: string | undefined;
  readonly timeoutMs: number;
}
