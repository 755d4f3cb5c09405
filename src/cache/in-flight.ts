import { cosine } from "./vector-table.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { AnswerEntry } from "./types.ts";

/** A question on its way to an answer. */
export interface InFlightQuestion {
  readonly scope: string;
  readonly question: string;
  readonly vector: Float32Array;
  readonly retrieved: RetrievalTrace | undefined;
}

/** A question in flight near another. */
export interface InFlightNeighbour extends InFlightQuestion {
  readonly similarity: number;
  /** The stored answer; undefined when there came none that may be shared. Never rejects. */
  readonly answer: Promise<AnswerEntry | undefined>;
}

/** The questions that this process is answering now, so that their rewordings can wait for them. */
export interface InFlight {
  /** The nearest of the scope first. */
  near(query: { scope: string; vector: Float32Array }): readonly InFlightNeighbour[];
  /** Adds a question; call what it gives exactly once, with the answer if one was stored. */
  add(question: InFlightQuestion): (answer: AnswerEntry | undefined) => void;
}

/** Rewordings are compared with these many at most; the others go alone. */
const MAX_IN_FLIGHT = 1_000;

/** Questions in flight in this process; the same words on several replicas are `SingleFlight`'s. */
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
