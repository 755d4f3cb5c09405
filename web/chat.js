import { createTurn } from "./answer-card.js";
import { createComposer } from "./composer.js";
import { createConversation } from "./conversation.js";
import { createFollower } from "./follow-answer.js";
import { createKeyForm } from "./key-form.js";
import { createRun } from "./run-answer.js";
import { showSuggestions } from "./suggestions.js";

const byId = (id) => document.getElementById(id);
const [welcome, suggestions, turns, announcement] = [
  "welcome",
  "suggestions",
  "turns",
  "announcement",
].map(byId);
const [totals, hint, bypass] = ["totals", "hint", "bypass"].map(byId);

const composer = createComposer({ onSubmit: begin, onStop: stop });
const follower = createFollower();
const keyForm = createKeyForm({ onKey });
let conversation = createConversation();
let lastTurn;
/** The answer under way, if any. */
let running;

function begin(message) {
  lastTurn?.close();
  const useCache = !bypass.checked;
  const turn = createTurn({ question: message, onRetry: () => retry(turn, useCache) });
  lastTurn = turn;
  welcome.hidden = true;
  turns.append(turn.node);
  void answer(turn, useCache);
}

function retry(turn, useCache) {
  if (running !== undefined) return;
  turn.reset();
  composer.focus();
  void answer(turn, useCache);
}

async function answer(turn, useCache) {
  const body = {
    message: turn.question,
    ...(conversation.id !== undefined && { conversation_id: conversation.id }),
    ...(!useCache && { cache: { mode: "bypass" } }),
  };
  const run = createRun({ turn, body, on: createListener() });
  running = run;
  follower.watch(turn.heading);
  announcement.textContent = "";
  composer.showRunning(true);
  try {
    await run.follow();
  } catch (error) {
    turn.fail(error.message);
    keyForm.show(error);
    follower.follow();
  }
  if (running !== run) return;
  running = undefined;
  composer.showRunning(false);
}

function createListener() {
  const own = conversation;
  return {
    start(conversationId) {
      own.id = conversationId ?? undefined;
    },
    change: () => follower.follow(),
    end(reply, words) {
      own.add(reply);
      announcement.textContent = words;
      showTotals();
    },
    stopFailed: () => composer.showRunning(true),
  };
}

function stop() {
  if (running?.stop()) composer.showStopping();
}

function startOver() {
  running?.leave();
  running = undefined;
  lastTurn = undefined;
  conversation = createConversation();
  turns.replaceChildren();
  announcement.textContent = "";
  welcome.hidden = false;
  showTotals();
  composer.showRunning(false);
  composer.focus();
}

/** The sums take the place of the hint. */
function showTotals() {
  totals.textContent = conversation.describe();
  totals.hidden = totals.textContent === "";
  hint.hidden = !totals.hidden;
}

async function suggest() {
  try {
    await showSuggestions(suggestions, (title) => {
      if (running === undefined) begin(title);
    });
  } catch (error) {
    keyForm.show(error);
  }
}

function onKey() {
  composer.focus();
  if (suggestions.childElementCount === 0) void suggest();
  turns.lastElementChild?.querySelector(".failure button")?.click();
}

byId("new-conversation").addEventListener("click", startOver);
if (matchMedia("(hover: hover)").matches) composer.focus();
void suggest();
