/** `<` and its lookalikes: the confusables of Unicode Technical Standard 39, wide and small forms. */
const LESS = "<\u02C2\u1438\u16B2\u2039\u2329\u276E\u27E8\u3008\uFE64\uFF1C\u{1D236}";
/** `/` and its lookalikes. */
const SLASH =
  "/\u1735\u2041\u2044\u2215\u2571\u27CB\u29F8\u2CC6\u2F03\u3033\u30CE\u31D3\u4E3F\uFF0F\u{1D23A}";
/** `=` and its lookalikes. */
const EQUALS = "=\u1400\u2E40\u30A0\uA4FF\uFE66\uFF1D";
/** White space and invisible characters. */
const GAP = String.raw`[\s\p{Cc}\p{Default_Ignorable_Code_Point}]`;

/** A closing tag of any name, a tag with an attribute as passages have it, and an already escaped tag. */
const TAG = new RegExp(
  String.raw`([${LESS}])(?=${GAP}*(?:[${SLASH}\\]|passage|[\p{L}\p{M}]+${GAP}+\p{L}${GAP}*[${EQUALS}]))`,
  "giu",
);
const ESCAPED = new RegExp(String.raw`([${LESS}])\\`, "gu");

/**
 * Escapes a passage's text so that it cannot end its passage or start another, in any spelling of the tag: adds
 * a backslash after the `<` of every closing tag, and of every tag with an attribute.
 */
export function fenceText(text: string): string {
  return text.replace(TAG, "$1\\");
}

/** Reverts `fenceText`. */
export function unfenceText(text: string): string {
  return text.replace(ESCAPED, "$1");
}
