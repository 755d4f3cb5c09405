import { useEffect, useRef, useState } from "preact/hooks";
import { toServerError, type ServerError } from "../api/server-error.ts";
import { navigate, place, toPath } from "../app/router.ts";
import { conversationId, openConversation, startOver } from "./conversation.ts";

/** Keeps the conversation and the address in sync, in both directions. */
export function useConversation(idOfAddress: string | undefined): {
  readonly error: ServerError | undefined;
  readonly reload: () => void;
} {
  const [error, setError] = useState<ServerError>();
  const id = conversationId.value;

  function open(wanted: string) {
    setError(undefined);
    openConversation(wanted).catch((thrown: unknown) => setError(toServerError(thrown)));
  }

  const isBack = useRef(true);
  useEffect(() => {
    const isFirst = isBack.current;
    isBack.current = false;
    if (idOfAddress === conversationId.value) return;
    if (idOfAddress !== undefined) open(idOfAddress);
    // Coming back from another page keeps the open conversation.
    else if (!isFirst) startOver();
  }, [idOfAddress]);
  useEffect(() => {
    const isNew = id !== undefined && place.value.segments.length === 0;
    if (isNew) navigate(toPath("conversations", id), { replace: true });
  }, [id]);

  return {
    error,
    reload: () => {
      if (idOfAddress !== undefined) open(idOfAddress);
    },
  };
}
