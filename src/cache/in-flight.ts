import { cosine } from "../vectors/vector-table.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { AnswerEntry } from "./types.ts";

/** A question in flight. */
export interface InFlightQuestion {
  readonly scope: string;
  readonly question: string;
  readonly vector: Float32Array;
  readonly retrieved: RetrievalTrace | undefined;
}

/** A question in flight near another. */
export interface InFlightNeighbour extends InFlightQuestion {
  readonly similarity: number;
  /** The stored answer; undefined if none was stored. Never rejects. */
  readonly answer: Promise<AnswerEntry | undefined>;
}

/** The questions in flight in this process, so that rewordings can wait for them. */
export interface InFlight {
  /** Questions of the scope, nearest first. */
  near(query: { scope: string; vector: Float32Array }): readonly InFlightNeighbour[];
  /** Adds a question. Call the returned function exactly once, with the stored answer if any. */
  add(question: InFlightQuestion): (answer: AnswerEntry | undefined) => void;
}

/** Maximum number of questions that a rewording is compared with. */
const MAX_IN_FLIGHT = 1_000;

/** Questions in flight in this process. `SingleFlight` handles the same words across replicas. */
export function createInFlight(): InFlight {
  const flying = new Set<InFlightQuestion & Pick<InFlightNeighbour, "answer">>();
  return {
    near({ scope, vector }) {
      return [...flying]
        .filter((other) => other.scope === scope)
        .map((other) => ({ ...other, similarity: cosine(vector, other.vector) }))
        .sort((one, other) => other.similarity - one.similarity);
    },
    add(question) {
      let settle: (answer: AnswerEntry | undefined) => void = () => {};
      const answer = new Promise<AnswerEntry | undefined>((resolve) => {
        settle = resolve;
      });
      const entry = { ...question, answer };
      if (flying.size < MAX_IN_FLIGHT) flying.add(entry);
      return (stored) => {
        flying.delete(entry);
        settle(stored);
      };
    },
  };
}
