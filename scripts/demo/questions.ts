/** A matter that people ask about: the same question in several wordings, and what they ask then. */
export interface Topic {
  /** How often it comes, compared with others. */
  readonly weight: number;
  readonly wordings: readonly string[];
  /** Asked after it in the same conversation; leaning on it. */
  readonly followUps?: readonly string[];
}

/** What a day of support brings, for the sample documents; near and far wordings, and near misses. */
export const TOPICS: readonly Topic[] = [
  {
    weight: 12,
    wordings: [
      "How do I reset my password?",
      "How can I reset my password?",
      "how do I reset my password",
      "I forgot my password, how do I reset it?",
      "How to reset a forgotten password?",
    ],
    followUps: ["How long is it valid?", "And if no message comes?"],
  },
  {
    weight: 3,
    wordings: ["How do I change my password?", "How can I change my password while signed in?"],
  },
  {
    weight: 9,
    wordings: [
      "How do I get a refund?",
      "How can I get a refund?",
      "How do I ask for a refund?",
      "Can I get my money back?",
    ],
    followUps: ["When does it arrive?", "Who can do that?"],
  },
  {
    weight: 4,
    wordings: ["When does a refund arrive?", "How long does a refund take?"],
  },
  {
    weight: 8,
    wordings: [
      "How do I cancel my subscription?",
      "How can I cancel my subscription?",
      "How do I cancel the subscription?",
      "Where can I cancel my plan?",
    ],
    followUps: ["What happens to my files then?"],
  },
  {
    weight: 3,
    wordings: ["How do I delete my account?", "How can I delete my account?"],
  },
  {
    weight: 7,
    wordings: [
      "How long are deleted files kept?",
      "How long do deleted files stay in the trash?",
      "How long are files kept in the trash?",
    ],
  },
  {
    weight: 6,
    wordings: [
      "How do I restore a deleted file?",
      "How can I restore a deleted file?",
      "How do I get a deleted file back?",
    ],
  },
  {
    weight: 4,
    wordings: [
      "How do I restore an older version of a file?",
      "How can I restore an old version of a file?",
    ],
  },
  {
    weight: 6,
    wordings: [
      "How much does the Team plan cost?",
      "What does the Team plan cost?",
      "What is the price of the Team plan?",
    ],
    followUps: ["And by the year?"],
  },
  {
    weight: 3,
    wordings: ["How much does the Business plan cost?", "What does the Business plan cost?"],
  },
  {
    weight: 3,
    wordings: ["How much does the Basic plan cost?", "What does the Basic plan cost?"],
  },
  {
    weight: 5,
    wordings: [
      "How do I enable two-factor login?",
      "How can I enable two-factor login?",
      "How do I turn on two-factor login?",
    ],
    followUps: ["What if I lose my phone?"],
  },
  {
    weight: 2,
    wordings: ["How do I disable two-factor login?", "How can I disable two-factor login?"],
  },
  {
    weight: 5,
    wordings: [
      "How do I share a folder by link?",
      "How can I share a folder by link?",
      "How do I create a link to a folder?",
    ],
    followUps: ["Can it have a password?"],
  },
  {
    weight: 3,
    wordings: ["Can a link expire?", "Can I make a link expire?", "Can links expire?"],
  },
  {
    weight: 5,
    wordings: [
      "Why do my files not sync?",
      "Why are my files not syncing?",
      "My files do not sync, why?",
    ],
  },
  {
    weight: 4,
    wordings: [
      "How many devices can I use?",
      "How many devices may I use?",
      "How many devices does the Free plan allow?",
    ],
  },
  {
    weight: 4,
    wordings: [
      "Where is my data stored?",
      "Where are my files stored?",
      "In which country is data stored?",
    ],
  },
  {
    weight: 4,
    wordings: [
      "Where do I find my invoices?",
      "Where can I find my invoices?",
      "Where are my invoices?",
    ],
  },
  {
    weight: 3,
    wordings: ["How do I set up single sign-on?", "How can I set up single sign-on?"],
  },
  {
    weight: 3,
    wordings: ["How large can a file be?", "What is the largest file I can upload?"],
  },
  {
    weight: 3,
    wordings: ["What happens when a payment fails?", "What happens if a payment fails?"],
  },
  {
    weight: 3,
    wordings: [
      "How do I invite a guest?",
      "How can I invite a guest?",
      "How many guests can I invite?",
    ],
  },
  {
    weight: 2,
    wordings: ["What are the rate limits of the API?", "What is the API's rate limit?"],
  },
  { weight: 2, wordings: ["How do I export all data?", "How can I export our data?"] },
  { weight: 2, wordings: ["When is support open?", "What are the hours of support?"] },
  { weight: 2, wordings: ["How long is the audit log kept?", "How long are audit entries kept?"] },
  { weight: 2, wordings: ["What can guests not do?", "What are guests not allowed to do?"] },
  { weight: 2, wordings: ["How do I upgrade my plan?", "How can I move to a larger plan?"] },
  { weight: 2, wordings: ["How do I downgrade my plan?", "How can I move to a smaller plan?"] },
  {
    weight: 2,
    wordings: ["Do you offer a student discount for schools?", "Is there a phone number?"],
  },
];

const TOPIC_OF = new Map(
  TOPICS.flatMap(({ wordings }, topic) => wordings.map((wording) => [wording, topic] as const)),
);

/** Whether two questions are of one topic; undefined where that is not known. */
export function areSame(a: string, b: string): boolean | undefined {
  const [one, other] = [TOPIC_OF.get(a), TOPIC_OF.get(b)];
  return one === undefined || other === undefined ? undefined : one === other;
}
