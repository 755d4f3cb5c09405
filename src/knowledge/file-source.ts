/** Prefix of the source of documents from a folder. */
export const FILE_SOURCE = "file:";
