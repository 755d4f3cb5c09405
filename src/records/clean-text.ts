/** Text as every database takes it: without NUL and without halves of characters. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replaceAll(/\p{Cs}/gu, "\uFFFD");
}
