import { element } from "./dom.js";

/** What a reply's reasons mean; a code that is not here is shown as it is. */
const REASONS = {
  "exact-match": "same question",
  "similarity-above-threshold": "similar enough",
  "answered-in-flight": "the same question was being answered",
  "no-stored-answer": "nothing stored yet",
  "similarity-below-threshold": "nothing similar enough",
  "stale-evidence": "the sources have changed",
  "judged-same": "a model found it the same question",
  "judged-different": "a model found it another question",
  "in-quarantine": "the stored answer was reported",
  "bypass-requested": "cache not used on request",
  "refresh-requested": "answered anew on request",
  "follow-up-not-resolved": "follow-up within this conversation",
  "cache-disabled": "cache is off",
  "cache-unavailable": "cache out of reach",
};

/** The line under a question that says where its answer came from, and why. */
export function createVerdict() {
  const badge = element("span", { class: "badge" });
  const note = element("span", { class: "note", dir: "auto" });

  function say(name, words, why = "") {
    badge.className = `badge ${name}`;
    badge.textContent = words;
    note.textContent = why;
  }

  return {
    node: element("p", { class: "verdict" }, badge, note),
    say,
    /** `remarks` come after the reasons. */
    show(cache, remarks = []) {
      const { name, words } = badgeOf(cache);
      say(name, words, [...reasonsOf(cache), ...remarks].join(", "));
    },
  };
}

function reasonsOf({ status, tier, reasons, question, matched_question: matched }) {
  const known = reasons.map((reason) => REASONS[reason] ?? reason);
  const isNear = status === "hit" && tier !== "exact";
  const isOther = isNear && matched !== null && matched !== question;
  return isOther ? [...known, `asked before as “${matched}”`] : known;
}

function badgeOf({ status, tier, similarity }) {
  if (status === "disabled") return { name: "", words: "cache off" };
  if (status !== "hit") return { name: status, words: status };
  if (tier === "exact" || similarity === null) return { name: "hit", words: tier ?? "hit" };
  // Cut, not rounded: 0.999 must not read as 1.00. The product may lie a hair below the whole number.
  const hundredths = Math.floor(similarity * 100 + 1e-9);
  return { name: "hit", words: `${tier} ${(hundredths / 100).toFixed(2)}` };
}
