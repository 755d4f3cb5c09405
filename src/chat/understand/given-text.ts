/** The text in a message besides its instruction. */
export interface GivenText {
  /** `transcript`: of a chat; `block`: delimited, quoted, or after a colon. */
  readonly kind: "transcript" | "block" | "none";
  /** True for a transcript of a person and an assistant, or of two speakers who alternate. */
  readonly isChat: boolean;
  /** The message without the text. */
  readonly around: string;
  /** The last lines, which often repeat the instructions. */
  readonly tail: string;
}

/** Maximum characters read from the beginning and from the end. */
const READ = 6_000;
const TAIL = 600;

const ROLE =
  "user|human|customer|client|assistant|ai|bot|agent|model|system|chatbot|nutzer|benutzer|assistent|utilisateur|assistante?|usuario|usuária?o?|asistente|utente|assistente|gebruiker|użytkownik|asystent|用户|助手|ユーザー|アシスタント|q|a";
/** A line that begins with a speaker: `USER:`, `[bot]`, `**Assistant**:`, `## Human`. */
const SPEAKER = new RegExp(
  `^[\\s>*#-]*(?:[\\[<(](?:${ROLE})[\\])>][:：]?|(?:\\*\\*)?(?:${ROLE})(?:\\*\\*)?\\s*[:：]|#+\\s*(?:${ROLE})\\s*$|"?role"?\\s*[:=])`,
  "iu",
);
const PERSON =
  "user|human|nutzer|benutzer|utilisateur|usuario|usuária?o?|utente|gebruiker|użytkownik|用户|ユーザー";
const ASSISTANT =
  "assistant|ai|bot|chatbot|assistent|assistante|asistente|assistente|asystent|助手|アシスタント";
const byRole = (roles: string) =>
  new RegExp(`(?:^|\\n)[\\s>*#-]*[\\[<("*]*(?:${roles})[\\])>"*]*\\s*(?:[:：]|\\n)`, "iu");
const OF_PERSON = byRole(PERSON);
const OF_ASSISTANT = byRole(ASSISTANT);
const SPEAKERS_INLINE = new RegExp(`(?:^|[\\s"“'])(?:${ROLE})\\s?[:：]\\s`, "giu");
const TAGGED = /<([a-z][\w-]{1,30})>[\s\S]*?<\/\1>/giu;
const FENCED = /```[\s\S]*?(?:```|$)|^-{3,}$[\s\S]*?^-{3,}$/gmu;
/** A quotation of several words. */
const QUOTED =
  /(?<=\s)['‘][^'’\n]{5,200}['’](?=[\s.,;?!]|$)|"[^"\n]{12,2000}"|“[^”]{12,2000}”|„[^“”]{12,2000}[“”]|«[^»]{6,2000}»|「[^」]{4,2000}」|『[^』]{4,2000}』|“[^”]*\p{Script=Han}[^”]{3,}”/gu;
/** Text after a colon. */
const AFTER_COLON = /[:：]\s*\n?[\s\S]*$/u;
/** A paragraph below a first line or paragraph. */
const BELOW = /\n\s*\n[\s\S]+$/u;

/** Separates the text of a message from the words around it. */
export function readGiven(message: string): GivenText {
  const text =
    message.length > 2 * READ ? `${message.slice(0, READ)}\n${message.slice(-READ)}` : message;
  const lines = text.slice(-TAIL).split("\n");
  const tail = lines.length > 2 ? lines.slice(-2).join("\n") : "";
  const isChat = takesTurns(text) || (OF_PERSON.test(text) && OF_ASSISTANT.test(text));
  const isTranscript = isChat || speaksOfTwo(text);
  const untagged = text.includes("</") ? text.replace(TAGGED, "\n") : text;
  const around = untagged.replace(FENCED, "\n").replace(QUOTED, " ");
  if (isTranscript) return { kind: "transcript", isChat, around: withoutSpeakers(around), tail };
  const cut = around.replace(BELOW, "").replace(AFTER_COLON, "");
  const given = around.length < text.length - 8 || hasText(around.slice(cut.length));
  return { kind: given ? "block" : "none", isChat, around: cut, tail };
}

/** At least two turns of a chat, or one between delimiters. */
function speaksOfTwo(text: string): boolean {
  const lines = text.split("\n").filter((line) => SPEAKER.test(line)).length;
  const inline = text.match(SPEAKERS_INLINE)?.length ?? 0;
  return (
    lines >= 2 || inline >= 2 || (lines + inline >= 1 && /<\/\w|^#{1,4} |history/imu.test(text))
  );
}

/** A label before a statement: `Guest:`, `U:`, at the start of a line or sentence. */
const LABEL = /(?<=^|\n\s{0,8}|[.!?…:]\s)(\p{Lu}\p{L}{0,15})[:：]\s/gu;
/** Minimum labels of a dialogue. */
const TURNS = 3;

/** Two alternating labels of any kind: `U: … A: … U: …`. */
function takesTurns(text: string): boolean {
  const labels = [...text.matchAll(LABEL)].map(([, label]) => label);
  const tail = labels.slice(-TURNS);
  const [first, second, third] = tail;
  return tail.length === TURNS && first === third && first !== second;
}

function withoutSpeakers(text: string): string {
  return text
    .split("\n")
    .filter((line) => !SPEAKER.test(line))
    .map((line) => line.replace(new RegExp(`(?:${ROLE})\\s?[:：].*$`, "iu"), ""))
    .join("\n");
}

/** More than a word or two after the colon. */
function hasText(part: string): boolean {
  return part.replace(/[^\p{L}\p{N}]/gu, "").length >= 5;
}
