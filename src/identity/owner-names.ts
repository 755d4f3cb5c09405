const USER = "user:";

/** What a user of this id owns, is owned by this name. */
export function ownerOfUser(userId: string): string {
  return USER + userId;
}

/** The same of an API key; keys of one name are one owner, so that a key can be replaced. */
export function ownerOfKey(name: string): string {
  return `key:${name}`;
}

export function isUser(owner: string): boolean {
  return owner.startsWith(USER);
}

/** How a user may be called: it stands in paths, in names of keys and in reports. */
export const USER_ID = /^[A-Za-z0-9_-][A-Za-z0-9_.@|:+=~-]{0,127}$/;
