import { createTurn } from "./answer-card.js";
import { element } from "./dom.js";
import { formatUsd, toNanoUsd } from "./money.js";
import { ask, listTitles, saveKey, ServerError, stopMessage } from "./server.js";

const SUGGESTIONS = 4;
/** Nearer to the end of the page than this, in pixels, it follows the answer. */
const FOLLOW_PX = 80;

const byId = (id) => document.getElementById(id);
const [welcome, suggestions, turns, announcement] = ["welcome", "suggestions", "turns", "announcement"].map(byId);
const [totals, keyForm, keyField, bypass] = ["totals", "key-form", "api-key", "bypass"].map(byId);
const [field, send, stop] = ["message", "send", "stop"].map(byId);

let conversation = emptyConversation();
/** The answer under way: {turn, id, stopping, controller}; null when there is none. */
let running = null;

function emptyConversation() {
  return { id: undefined, answers: 0, hits: 0, cost: 0n, saved: 0n, netSaved: 0n, last: null };
}

function submit() {
  const message = field.value.trim();
  if (message === "" || running !== null) return;
  field.value = "";
  fitField();
  begin(message);
}

function begin(message) {
  conversation.last?.close();
  const useCache = !bypass.checked;
  const turn = createTurn({ question: message, onRetry: () => retry(turn, useCache) });
  conversation.last = turn;
  welcome.hidden = true;
  turns.append(turn.node);
  scrollToEnd();
  run(turn, useCache);
}

function retry(turn, useCache) {
  if (running !== null) return;
  turn.reset();
  field.focus({ preventScroll: true });
  run(turn, useCache);
}

async function run(turn, useCache) {
  const current = { turn, id: undefined, stopping: false, controller: new AbortController() };
  running = current;
  showRunning(true);
  const body = {
    message: turn.question,
    ...(conversation.id === undefined ? {} : { conversation_id: conversation.id }),
    ...(useCache ? {} : { cache: { mode: "bypass" } }),
  };
  try {
    await receive(current, body);
  } catch (error) {
    if (running === current) fail(turn, error);
  } finally {
    current.controller.abort();
    if (running === current) {
      running = null;
      showRunning(false);
    }
  }
}

async function receive(current, body) {
  for await (const { event, data } of ask(body, current.controller.signal)) {
    if (running !== current) return;
    const follow = nearEnd();
    if (event === "answer-start") started(current, data);
    if (event === "answer-delta") current.turn.append(data.text);
    if (event === "answer-error") throw new ServerError(data.error.message, 200);
    if (event === "answer-end") finish(current.turn, data);
    if (follow) requestAnimationFrame(scrollToEnd);
    if (event === "answer-end") return;
  }
  throw new ServerError("The connection was lost before the answer was whole.", 0);
}

function started(current, { id, conversation_id: conversationId, cache }) {
  current.id = id;
  if (conversationId !== null) conversation.id = conversationId;
  current.turn.start(cache);
  if (current.stopping) sendStop(current);
}

function finish(turn, reply) {
  turn.finish(reply);
  conversation.answers += 1;
  if (reply.cache.status === "hit") conversation.hits += 1;
  conversation.cost += toNanoUsd(reply.cost.total);
  conversation.saved += toNanoUsd(reply.cost.saved);
  conversation.netSaved += toNanoUsd(reply.cost.net_saved);
  announcement.textContent = reply.answer;
  showTotals();
}

function fail(turn, error) {
  const lost = "The server could not be reached, or the connection was lost.";
  turn.fail(error instanceof ServerError ? error.message : lost);
  askForKey(error);
  requestAnimationFrame(scrollToEnd);
}

function askForKey(error) {
  if (!(error instanceof ServerError) || error.status !== 401) return;
  keyForm.hidden = false;
  keyField.focus();
}

function showRunning(active) {
  send.hidden = active;
  stop.hidden = !active;
  stop.disabled = false;
  stop.textContent = "Stop";
  if (active) announcement.textContent = "";
}

/** Before the message has an id the wish is kept until it has one. */
function stopRunning() {
  if (running === null || running.stopping) return;
  running.stopping = true;
  stop.disabled = true;
  stop.textContent = "Stopping";
  field.focus({ preventScroll: true });
  if (running.id !== undefined) sendStop(running);
}

async function sendStop(current) {
  try {
    await stopMessage(current.id);
  } catch {
    // The button comes back, to be pressed again.
    if (running !== current) return;
    current.stopping = false;
    showRunning(true);
  }
}

function startOver() {
  if (running !== null) {
    const { id, controller } = running;
    running = null;
    controller.abort();
    // The turn belongs to a conversation that is left; failing to stop it changes nothing here.
    if (id !== undefined) stopMessage(id).catch(() => undefined);
    showRunning(false);
  }
  conversation = emptyConversation();
  turns.replaceChildren();
  announcement.textContent = "";
  welcome.hidden = false;
  showTotals();
  field.focus();
}

function showTotals() {
  const { answers, hits, cost, saved, netSaved } = conversation;
  totals.hidden = answers === 0;
  const rows = [
    ["Hits", `${hits} of ${answers}`],
    ["Cost", formatUsd(cost)],
    ["Saved", formatUsd(saved)],
    ["Net saved", formatUsd(netSaved)],
  ];
  const row = ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value));
  totals.replaceChildren(...rows.map(row));
}

async function showSuggestions() {
  try {
    const titles = [...new Set(await listTitles())];
    const step = Math.max(1, titles.length / SUGGESTIONS);
    const isChosen = (_title, place) => Math.floor(place / step) !== Math.floor((place - 1) / step);
    const chosen = titles.filter(isChosen).slice(0, SUGGESTIONS).map(suggestion);
    const none = element("p", {}, "There are no documents yet. Add some with POST /v1/documents.");
    suggestions.replaceChildren(...(chosen.length === 0 ? [none] : chosen));
  } catch (error) {
    suggestions.replaceChildren();
    askForKey(error);
  } finally {
    suggestions.setAttribute("aria-busy", "false");
  }
}

function suggestion(title) {
  const click = () => {
    if (running === null) begin(`What do the documents say about “${title}”?`);
  };
  return element("button", { type: "button", click }, `Ask about ${title}`);
}

function fitField() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

function nearEnd() {
  return document.documentElement.scrollHeight - window.innerHeight - window.scrollY < FOLLOW_PX;
}

function scrollToEnd() {
  window.scrollTo({ top: document.documentElement.scrollHeight });
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
field.addEventListener("input", fitField);
field.addEventListener("keydown", (event) => {
  // Enter that ends the composition of a character is not meant to send.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
stop.addEventListener("click", stopRunning);
byId("new-conversation").addEventListener("click", startOver);
keyForm.addEventListener("submit", (event) => {
  event.preventDefault();
  saveKey(keyField.value.trim());
  keyField.value = "";
  keyForm.hidden = true;
  field.focus();
  if (suggestions.childElementCount === 0) showSuggestions();
  turns.lastElementChild?.querySelector(".failure button")?.click();
});
if (matchMedia("(hover: hover)").matches) field.focus();
showSuggestions();
