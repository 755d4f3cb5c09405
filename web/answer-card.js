const element = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

/** Shows one answer: its text while it comes, then its facts and citations. Text is never parsed as HTML. */
export function createAnswerCard(question) {
  const root = element("article");
  const card = element("div", "answer");
  const text = element("p", "", "…");
  const controls = element("p");
  card.setAttribute("aria-live", "polite");
  card.append(text, controls);
  root.append(element("h2", "question", question), card);
  let shown = "";

  return {
    root,
    add(delta) {
      shown += delta;
      text.textContent = shown;
    },
    offer(label, act) {
      const button = element("button", "", label);
      button.type = "button";
      button.addEventListener("click", act);
      controls.replaceChildren(button);
    },
    finish(reply) {
      controls.remove();
      const passages = element("div");
      reply.citations.forEach((citation) => passages.append(passage(citation)));
      text.replaceChildren(...withCitations(reply, passages));
      card.append(facts(reply), passages);
    },
    fail(message) {
      text.className = "fault";
      text.textContent = message;
    },
  };
}

/** `[n]` opens the passage; several numbers of one document stand in the order of the citations. */
function withCitations(reply, passages) {
  const numbers = [...new Set([...reply.answer.matchAll(/\[(\d+)\]/g)].map(([, number]) => number))];
  return reply.answer.split(/(\*\*[^*\n]+\*\*|\[\d+\])/).map((part) => {
    const number = /^\[(\d+)\]$/.exec(part)?.[1];
    if (part.startsWith("**") && part.length > 4) return element("strong", "", part.slice(2, -2));
    const target = number === undefined ? undefined : passages.children[numbers.indexOf(number)];
    if (target === undefined) return document.createTextNode(part);
    const button = element("button", "cite", part);
    button.type = "button";
    button.addEventListener("click", () => {
      target.open = true;
      target.scrollIntoView({ block: "nearest" });
    });
    return button;
  });
}

function passage({ title, passage: quoted }) {
  const details = element("details");
  details.append(element("summary", "", title), element("blockquote", "", quoted));
  return details;
}

function facts({ cache, usage, cost, saved, timings_ms: timings }) {
  const list = element("ul", "facts");
  const add = (text, className) => list.append(element("li", className, text));
  const isHit = cache.status === "hit";
  const near = cache.similarity === null ? "" : ` ${cache.similarity.toFixed(3)}`;
  add(isHit ? `${cache.tier}${near}` : cache.status, isHit ? "badge hit" : "badge");
  if (isHit && cache.matched_question !== cache.question) add(`asked before as “${cache.matched_question}”`);
  if (!isHit && cache.similarity !== null) add(`nearest question${near}`);
  add(`${usage.total_tokens} tokens${usage.estimated ? " (counted here)" : ""}`);
  if (saved.total_tokens > 0) add(`${saved.total_tokens} tokens saved`);
  add(cost.priced ? `cost $${cost.total}` : "price unknown");
  if (isHit) add(`saved $${cost.saved}, net $${cost.net_saved}`);
  add(usage.model);
  add(`${timings.total.toFixed(1)} ms`);
  return list;
}
