/** What the source of a document begins with that was read from a folder. */
export const FILE_SOURCE = "file:";
