import { useEffect, useRef, useState } from "preact/hooks";
import type { ServerError } from "../api/server-error.ts";
import type { PageProps } from "../app/page-props.ts";
import { navigate } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Icon } from "../components/icon.tsx";
import { Problem } from "../components/problem.tsx";
import { useTitle } from "../components/use-title.ts";
import "./answer.css";
import "./chat.css";
import { Composer } from "./composer.tsx";
import {
  announcement,
  askQuestion,
  retry,
  running,
  startOver,
  stop,
  totals,
  turns,
} from "./conversation.ts";
import { ConversationList } from "./conversation-list.tsx";
import { createFollower } from "./follow-answer.ts";
import { describeTotals } from "./totals.ts";
import { TurnView } from "./turn-view.tsx";
import type { CacheMode, Turn } from "./turn.ts";
import { useConversation } from "./use-conversation.ts";
import { Welcome } from "./welcome.tsx";

/** The conversation, beside the list of earlier ones. */
export function ChatPage({ rest: [id] }: PageProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [isBypass, setIsBypass] = useState(false);
  const opened = useConversation(id);
  const follower = useFollower();
  useTitle(turns.value[0]?.question ?? "");
  const mode = isBypass ? "bypass" : "default";
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus({ preventScroll: true });
  }, [id]);

  function again(turn: Turn, retryMode: CacheMode) {
    field.current?.focus({ preventScroll: true });
    retry(turn, retryMode === "default" ? mode : retryMode);
  }

  return (
    <div class="chat">
      <main id="page" class="chat-main" tabIndex={-1}>
        <ChatHead />
        <div id="turns">
          {turns.value.map((turn, place) => (
            <TurnView
              key={turn.key}
              turn={turn}
              isLast={place === turns.value.length - 1}
              onRetry={again}
              onChange={follower.follow}
            />
          ))}
        </div>
        {opened.error !== undefined && <NotOpened error={opened.error} onRetry={opened.reload} />}
        {turns.value.length === 0 && id === undefined && (
          <Welcome onChoose={(title) => askQuestion(title, mode)} />
        )}
        <p id="announcement" class="unseen" role="status">
          {announcement.value}
        </p>
        <div class="bottom">
          <Composer
            field={field}
            running={running.value}
            onSubmit={(message) => askQuestion(message, mode)}
            onStop={stop}
          />
          <Options isBypass={isBypass} onChange={setIsBypass} />
        </div>
      </main>
      <aside class="chat-side" aria-label="Conversations">
        <NewConversation />
        <ConversationList />
      </aside>
    </div>
  );
}

interface NotOpenedProps {
  readonly error: ServerError;
  readonly onRetry: () => void;
}

/** Shown instead of a missing or unreadable conversation. */
function NotOpened({ error, onRetry }: NotOpenedProps) {
  if (error.code !== "not_found") return <Problem error={error} onRetry={onRetry} />;
  return (
    <EmptyState title="Conversation not found" action={<NewConversation />}>
      It was deleted, or it has no answers.
    </EmptyState>
  );
}

interface OptionsProps {
  readonly isBypass: boolean;
  readonly onChange: (isBypass: boolean) => void;
}

function Options({ isBypass, onChange }: OptionsProps) {
  return (
    <div class="options">
      <label>
        <input
          type="checkbox"
          checked={isBypass}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        Do not use the cache
      </label>
      <Totals />
    </div>
  );
}

function ChatHead() {
  const [isListOpen, setIsListOpen] = useState(false);
  return (
    <div class="chat-head">
      <button type="button" onClick={() => setIsListOpen(true)}>
        <Icon name="list" />
        Conversations
      </button>
      <NewConversation />
      {isListOpen && (
        <Dialog title="Conversations" kind="side" onClose={() => setIsListOpen(false)}>
          <ConversationList onOpen={() => setIsListOpen(false)} />
        </Dialog>
      )}
    </div>
  );
}

function NewConversation() {
  return (
    <button
      type="button"
      onClick={() => {
        startOver();
        navigate("/");
      }}
    >
      <Icon name="plus" />
      New conversation
    </button>
  );
}

/** The totals replace the hint. */
function Totals() {
  const words = describeTotals(totals.value);
  if (words !== "") return <span id="totals">{words}</span>;
  return <span id="hint">Enter sends, Shift + Enter starts a new line</span>;
}

/** Keeps the last answer in view. */
function useFollower() {
  const [follower] = useState(createFollower);
  const last = turns.value.at(-1)?.key;
  useEffect(() => follower.close, []);
  useEffect(() => {
    const heading = document.querySelector("#turns > :last-child .question");
    if (running.value !== "no" && heading !== null) follower.watch(heading);
  }, [last, running.value === "no"]);
  return follower;
}
