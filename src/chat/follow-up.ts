/** Whether a question can be understood without the conversation before it, and which cue said so. */
export type FollowUpVerdict =
  | { readonly kind: "standalone" }
  | { readonly kind: "follow-up"; readonly cue: string };

interface Cue {
  readonly name: string;
  readonly pattern: RegExp;
  /** Tells a follow-up also where nothing came before, because the words alone mean nothing. */
  readonly alone: boolean;
}

/** English cues, the surest first. Tested on lower-case text with plain apostrophes. */
const CUES: readonly Cue[] = [
  {
    name: "reply-only",
    pattern:
      /^(?:yes|yeah|yep|no|nope|ok(?:ay)?|sure|thanks?(?: you)?|continue|go on|more|why(?: not)?|how so|how come|really|and\b.{0,3}|tell me more|the (?:first|second|third|last|other) one|explain(?: more| again)?|again|please)[\s?.!]*$/,
    alone: true,
  },
  {
    name: "leading-conjunction",
    pattern:
      /^(?:and|but|or|so|then|also|what about|how about|what else|anything else|same for|otherwise)\b/,
    alone: true,
  },
  {
    name: "reference",
    pattern:
      /\b(?:the (?:former|latter|same(?: one)?|first one|second one|third one|last one|other one|others|above|previous(?: one)?)|that one|this one|these ones|those ones|such a thing|you (?:just )?(?:said|mentioned|told me|listed)|as (?:before|above)|instead)\b/,
    alone: true,
  },
  { name: "pronoun", pattern: /\b(?:they|them|their|theirs|he|him|his|she|hers?)\b/, alone: false },
  {
    name: "demonstrative",
    pattern:
      /\b(?:this|these|those)(?=\s*(?:[?.!,]|$|(?:is|are|was|were|do|does|did|can|could|will|would|work|mean|cost|apply|happen|include|take)\b))|\b(?:this|that|these|those) (?:one|way|case|option|plan|limit|page|setting|feature|error|file|time|price|rule|step)s?\b|(?:^|\b(?:is|was|does|did|do|can|will|would|about|of|for|with|to|like|why|mean|than) )that\b|\bthat[\s?.!]*$/,
    alone: false,
  },
  {
    name: "ellipsis",
    pattern: /^(?:why|how|when|where|who|which|how (?:much|many|long|often))[\s?.!]*$/,
    alone: true,
  },
];

const IT = /\b(?:it|its|it's|itself)\b/;
/** "It" that points to nothing said before: "is it possible to", "what time is it", "how long does it take to". */
const EMPTY_IT =
  /\b(?:is|was|would|will|can|could|does|should) it (?:be )?(?:possible|safe|ok|okay|true|necessary|worth|better|legal|allowed|normal|hard|easy|difficult|matter|make sense)\b|\bit (?:take|cost|mean)s?\b[^?]{0,40}?\b(?:to|for|if|when)\b|\bit (?:is|takes|costs|was)\b[^?]{0,40}\b(?:to|that)\b|\bwhat time is it\b|\bmake it (?:possible|easy|easier)\b/;

/**
 * Recognises a follow-up by its words, without a model call. English; a question in another language
 * is a follow-up only when it is very short.
 *
 * @param question the message as written
 * @param hasHistory whether anything was said before it in this conversation
 */
export function recogniseFollowUp(question: string, hasHistory: boolean): FollowUpVerdict {
  const text = question.toLowerCase().replaceAll("’", "'").trim();
  for (const cue of CUES) {
    if ((hasHistory || cue.alone) && cue.pattern.test(text)) {
      return { kind: "follow-up", cue: cue.name };
    }
  }
  if (IT.test(text) && !EMPTY_IT.test(text) && !namesItsSubject(text)) {
    return { kind: "follow-up", cue: "pronoun" };
  }
  if (hasHistory && isFragment(text)) return { kind: "follow-up", cue: "fragment" };
  return { kind: "standalone" };
}

/** "If I delete a folder, can I restore it?": what "it" stands for was said in the same question. */
function namesItsSubject(text: string): boolean {
  const before = text.slice(0, text.search(IT));
  return /\b(?:a|an|the|my|our|your|each|every|any|some)\s+[\p{L}\d-]{3,}/u.test(before);
}

/** One to three words without a verb of their own are an answer or an addition, not a question. */
function isFragment(text: string): boolean {
  const words = text.match(/[\p{L}\p{N}'-]+/gu) ?? [];
  const asks =
    /^(?:how|what|when|where|who|why|which|is|are|do|does|did|can|could|will|would|should|may|has|have)\b/;
  return words.length > 0 && words.length <= 2 && !asks.test(text);
}
