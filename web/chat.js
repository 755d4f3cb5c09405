import { createAnswerCard } from "./answer-card.js";
import { readEvents } from "./event-stream.js";

const byId = (id) => document.getElementById(id);
const state = { conversationId: undefined, questions: 0, hits: 0, cost: 0n, saved: 0n };

const headers = () => {
  const key = byId("key").value || sessionStorage.getItem("key");
  return { "content-type": "application/json", ...(key && { authorization: `Bearer ${key}` }) };
};

/** Money comes as a decimal string with nine places and is summed as whole nano-dollars. */
const toNano = (text) => BigInt(text.replace(".", ""));
const toDollars = (nano) => {
  const digits = nano.toString().padStart(10, "0");
  return `$${digits.slice(0, -9)}.${digits.slice(-9)}`;
};

function showSums() {
  byId("sums").textContent =
    state.questions === 0
      ? "No question yet"
      : `${state.questions} asked, ${state.hits} from the cache, cost ${toDollars(state.cost)}, saved ${toDollars(state.saved)}`;
}

function account({ cache, cost }) {
  state.questions += 1;
  if (cache.status === "hit") state.hits += 1;
  state.cost += toNano(cost.total);
  state.saved += toNano(cost.saved);
  showSums();
}

async function ask(message) {
  byId("empty").hidden = true;
  const card = createAnswerCard(message);
  byId("answers").append(card.root);
  card.root.scrollIntoView({ block: "nearest" });
  byId("send").disabled = true;
  try {
    const response = await fetch("/v1/chat", {
      method: "POST",
      headers: headers(),
      body: JSON.stringify({
        message,
        stream: true,
        ...(state.conversationId && { conversation_id: state.conversationId }),
        ...(byId("bypass").checked && { cache: { mode: "bypass" } }),
      }),
    });
    if (response.status === 401) byId("key-row").hidden = false;
    if (!response.ok) throw new Error((await response.json()).error.message);
    for await (const { event, data } of readEvents(response)) show(card, event, data);
  } catch (error) {
    card.fail(error.message);
    card.offer("Try again", () => {
      card.root.remove();
      void ask(message);
    });
  } finally {
    byId("send").disabled = false;
  }
}

function show(card, event, data) {
  if (event === "answer-start") {
    state.conversationId = data.conversation_id;
    card.offer("Stop", () => void fetch(`/v1/messages/${data.id}/stop`, { method: "POST", headers: headers() }));
  }
  if (event === "answer-delta") card.add(data.text);
  if (event === "answer-error") throw new Error(data.error.message);
  if (event === "answer-end") {
    card.finish(data);
    account(data);
  }
}

async function suggest() {
  const response = await fetch("/v1/documents?limit=100", { headers: headers() });
  if (response.status === 401) byId("key-row").hidden = false;
  if (!response.ok) return;
  const { documents } = await response.json();
  const step = Math.max(1, Math.floor(documents.length / 6));
  for (const { title } of documents.filter((_document, index) => index % step === 0).slice(0, 6)) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = title;
    button.addEventListener("click", () => void ask(`What should I know about ${title.toLowerCase()}?`));
    item.append(button);
    byId("suggestions").append(item);
  }
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = byId("message").value.trim();
  if (byId("key").value) sessionStorage.setItem("key", byId("key").value);
  if (message === "" || byId("send").disabled) return;
  byId("message").value = "";
  void ask(message);
});
byId("message").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("form").requestSubmit();
});
byId("new").addEventListener("click", () => {
  Object.assign(state, { conversationId: undefined, questions: 0, hits: 0, cost: 0n, saved: 0n });
  for (const card of document.querySelectorAll("article")) card.remove();
  byId("empty").hidden = false;
  showSums();
  byId("message").focus();
});
void suggest();
