/** How bad something is: 1 a nuisance, 2 harm to a conversation, 3 harm to people, 4 danger to life. */
export type Severity = 1 | 2 | 3 | 4;

const BY_CATEGORY: Readonly<Record<string, Severity>> = {
  spam: 1,
  profanity: 1,
  toxicity: 2,
  sexual: 2,
  nsfw: 2,
  harassment: 3,
  hate: 3,
  hate_symbol: 3,
  violence: 3,
  'violence.graphic': 3,
  threat: 4,
  self_harm: 4,
  child_safety: 4,
};

/** The severity of a category; 2 for those of a host. */
export const severityOf = (category: string): Severity =>
  (Object.hasOwn(BY_CATEGORY, category) ? BY_CATEGORY[category] : undefined) ?? 2;
