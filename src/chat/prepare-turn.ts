import { mayRewrite } from "./hold-budget.ts";
import { readProfile } from "./read-profile.ts";
import { scopeConditions, scopeOf } from "./turn-scope.ts";
import type { ChatDependencies, Turn } from "./turn.ts";

/** Remembers the conversation and the person who asks, and makes a standalone question with its scope. */
export async function prepareTurn(turn: Turn, dependencies: ChatDependencies): Promise<void> {
  await rememberConversation(turn, dependencies);
  turn.profile = await readProfile(turn, dependencies);
  await resolve(turn, dependencies);
}

async function rememberConversation(turn: Turn, { history }: ChatDependencies): Promise<void> {
  const { tenant, conversationId, history: given } = turn.request;
  if (given !== undefined) turn.history = given;
  else if (conversationId !== null) {
    const key = { tenant, conversationId };
    const read = await turn.attempt("history", () => history.read(key), undefined);
    turn.history = read ?? history.recall(key);
  }
}

async function resolve(turn: Turn, dependencies: ChatDependencies): Promise<void> {
  const { request } = turn;
  const resolved = await turn.time("resolve", () =>
    dependencies.resolveQuestion(request.message, turn.history, turn.stopSignal, () =>
      mayRewrite(turn, dependencies),
    ),
  );
  turn.question = resolved.question;
  turn.standsAlone = resolved.standsAlone;
  turn.privateKind = resolved.privateKind;
  turn.estimated ||= resolved.estimated;
  if (resolved.call !== undefined) turn.calls.push(resolved.call);
  if (resolved.failed)
    await turn.attempt(
      "resolve",
      () => Promise.reject(new Error("the model could not rewrite a follow-up")),
      undefined,
    );
  const { tenant, documentIds } = request;
  const conditions = scopeConditions(request, turn.profile);
  turn.scope = scopeOf({ tenant, documentIds, conditions }, dependencies);
}
