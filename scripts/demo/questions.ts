import { RARE_QUESTIONS } from "./rare-questions.ts";

/** Topics with several wordings each. One answer serves all wordings of a line. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  password: [
    "How do I reset my password?",
    "How can I reset my password?",
    "how do i reset my password",
    "How do I reset a forgotten password?",
    "I forgot my password, how do I reset it?",
  ],
  "password-length": [
    "How long does a password have to be?",
    "How long must a password be?",
    "How many characters does a password need?",
  ],
  locked: [
    "How long is a locked account locked?",
    "How long does an account stay locked?",
    "My account is locked, how long does that last?",
  ],
  "refund-yearly": [
    "Can I get a refund for a yearly plan?",
    "Can I get a refund on a yearly plan?",
    "Is a yearly plan refunded?",
    "Do I get my money back for a yearly plan?",
  ],
  "refund-monthly": [
    "Can I get a refund for a monthly plan?",
    "Can I get a refund on a monthly plan?",
    "Is a monthly plan refunded?",
  ],
  "refund-how": [
    "How do I ask for a refund?",
    "How can I ask for a refund?",
    "How do I request a refund?",
  ],
  "refund-when": [
    "How long does a refund take to arrive?",
    "How long does a refund take?",
    "When does the money of a refund arrive?",
  ],
  "price-team": [
    "How much does the Team plan cost?",
    "How much is the Team plan?",
    "What does the Team plan cost?",
    "What is the price of the Team plan?",
  ],
  "price-business": [
    "How much does the Business plan cost?",
    "How much is the Business plan?",
    "What does the Business plan cost?",
  ],
  cancel: [
    "How do I cancel my subscription?",
    "How can I cancel my subscription?",
    "how to cancel my subscription",
    "Where do I cancel my subscription?",
  ],
  delete: [
    "How do I delete my account?",
    "How can I delete my account?",
    "How do I delete the whole team?",
  ],
  upgrade: ["When does an upgrade take effect?", "When does an upgrade of the plan take effect?"],
  downgrade: [
    "When does a downgrade take effect?",
    "When does a downgrade of the plan take effect?",
  ],
  trash: [
    "How long do deleted files stay in the trash?",
    "How long do files stay in the trash?",
    "How long are deleted files kept in the trash?",
    "For how long are deleted files kept?",
  ],
  restore: [
    "How do I restore a deleted file?",
    "How can I restore a deleted file?",
    "Can I get a deleted file back?",
  ],
  versions: [
    "How long are versions of a file kept?",
    "How long are old versions of a file kept?",
    "How long is the version history kept?",
  ],
  "two-factor-on": [
    "How do I enable two-factor login?",
    "How can I enable two-factor login?",
    "How do I turn on two-factor login?",
    "How do I switch on two-factor login?",
  ],
  "two-factor-off": [
    "How do I disable two-factor login?",
    "How can I disable two-factor login?",
    "How do I turn off two-factor login?",
  ],
  "lost-phone": [
    "I lost my phone, how do I sign in with two-factor login?",
    "I have lost my phone, how do I sign in with two-factor login?",
    "How do I sign in without my phone?",
  ],
  devices: [
    "How many devices can I use?",
    "How many devices may I use?",
    "How many devices are allowed on the Free plan?",
  ],
  "lost-device": ["What do I do when I lose a device?", "What should I do when I lose a device?"],
  guests: [
    "How many guests can we invite?",
    "How many guests may we invite?",
    "How many guests does Team allow?",
  ],
  "guest-invitation": [
    "How long is an invitation of a guest valid?",
    "How long is a guest's invitation valid?",
  ],
  link: [
    "Can a link have a password?",
    "Can I put a password on a link?",
    "Can I protect a link with a password?",
  ],
  "link-expiry": [
    "Can a link expire?",
    "Can I let a link expire?",
    "How do I set an expiry date on a link?",
  ],
  "file-size": [
    "What is the largest file I can upload?",
    "What is the largest file that I can upload?",
    "How large may a single file be?",
  ],
  "storage-full": [
    "What happens when my storage is full?",
    "What happens when the storage is full?",
  ],
  sso: [
    "How do I set up single sign-on?",
    "How can I set up single sign-on?",
    "How do we set up single sign-on?",
  ],
  export: [
    "How do I export the data of the whole team?",
    "How can I export the data of the whole team?",
  ],
  "export-own": ["How do I export my own files?", "How can I export my own files?"],
  invoice: [
    "Where do I find my invoices?",
    "Where can I find my invoices?",
    "Where are my invoices?",
  ],
  vat: ["Do companies in the European Union pay VAT?", "Do EU companies pay VAT?"],
  "payment-failed": ["What happens when a payment fails?", "What happens if a payment fails?"],
  card: [
    "How do I change the card that is charged?",
    "How can I change the credit card?",
    "How do I replace the card?",
  ],
  support: [
    "When is support available?",
    "What are the hours of support?",
    "When does support work?",
    "How fast does support answer?",
  ],
  systems: [
    "Which systems does the desktop app run on?",
    "On which systems does the desktop app run?",
  ],
  offline: [
    "How do I keep a file on my phone?",
    "How can I keep a file on the phone?",
    "How do I make files available offline on the phone?",
  ],
  rewind: ["How do I restore many files at once?", "How can I restore many files at once?"],
};

/** Messages after an answer: follow-ups and small talk. */
export const ASIDES: readonly string[] = [
  "And how long does that take?",
  "Thanks!",
  "Is it the same on Business?",
  "Who can do that?",
];

/** A wording and its topic. */
export interface DemoQuestion {
  readonly topic: string;
  readonly text: string;
}

/** Every topic with its wordings, the most frequent first. */
export const QUESTIONS: readonly (readonly DemoQuestion[])[] = Object.entries(TOPICS).map(
  ([topic, texts]) => texts.map((text) => ({ topic, text })),
);

const spelling = (text: string) =>
  text
    .toLowerCase()
    .replace(/[\s?.!]+/g, " ")
    .trim();
const RARE = RARE_QUESTIONS.map((text) => ({ topic: text, text }));
const TOPIC_OF = new Map(
  [...RARE, ...QUESTIONS.flat()].map(({ topic, text }) => [spelling(text), topic]),
);

/** The topic of a question; undefined if it is not one of the demo's. */
export function topicOf(question: string): string | undefined {
  return TOPIC_OF.get(spelling(question));
}
