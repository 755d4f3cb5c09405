/** Settings of the models. */
export interface ModelSettings {
  /** `offline-extractive`, a model's name at OpenAI or `openAiBaseUrl`, or `provider:model`. */
  readonly model: string;
  /** Model that rewrites follow-ups, in the same notation; undefined: the chat model. */
  readonly resolveModel: string | undefined;
  /** Model that judges whether two similar questions are the same; undefined: none. */
  readonly judgeModel: string | undefined;
  /** Endpoint that judges questions instead of that model. */
  readonly judgeUrl: string | undefined;
  readonly judgeApiKey: string | undefined;
  /** Minimum probability at which the endpoint's verdict counts as yes, 0..1. */
  readonly judgeMinProbability: number;
  /** Maximum delay of a reply for the judge; undefined: the judge is only called after the reply. */
  readonly judgeDeadlineMs: number | undefined;
  readonly openAiApiKey: string | undefined;
  readonly openAiBaseUrl: string | undefined;
  readonly timeoutMs: number;
}
