/** How a user may be called: it stands in paths, in names of keys and in reports. */
export const USER_ID = /^[A-Za-z0-9_-][A-Za-z0-9_.@|:+=~-]{0,127}$/;
