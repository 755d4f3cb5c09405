const USER = "user:";

/** Owner name of a user. */
export function ownerOfUser(userId: string): string {
  return USER + userId;
}

/** Owner name of an API key. Keys of the same name are one owner, so that a key can be replaced. */
export function ownerOfKey(name: string): string {
  return `key:${name}`;
}

export function isUser(owner: string): boolean {
  return owner.startsWith(USER);
}

/** Format of user ids, which appear in paths, Redis keys and reports. */
export const USER_ID = /^[A-Za-z0-9_-][A-Za-z0-9_.@|:+=~-]{0,127}$/;
