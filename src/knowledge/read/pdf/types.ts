/** A piece of text on a page, with the position of its baseline in points; `y` increases downwards. */
export interface TextBox {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Font size. */
  readonly height: number;
  /** Name of the font within the file. */
  readonly font: string;
}

/** Adjacent boxes on one line: words, or a table cell. */
export interface Segment extends TextBox {
  readonly end: number;
}

/** Segments on one baseline, left to right. */
export interface Row {
  readonly y: number;
  readonly height: number;
  readonly segments: readonly Segment[];
  /** Right end of its column; undefined outside columns. */
  readonly edge?: number | undefined;
}

/** The text boxes of a page. */
export interface PageBoxes {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly TextBox[];
}

/** The most frequent font and size of a file. */
export interface BodyStyle {
  readonly height: number;
  readonly font: string;
}

/** A part of a page, in reading order. */
export type PdfBlock =
  | { readonly kind: "heading"; readonly text: string; readonly size: number }
  | { readonly kind: "paragraph" | "item"; readonly text: string; readonly isOpen: boolean }
  | {
      readonly kind: "table";
      readonly rows: readonly (readonly string[])[];
      readonly isHeaded: boolean;
    };
