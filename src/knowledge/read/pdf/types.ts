/** A piece of text on a page, with its baseline's place in points; `y` grows downwards. */
export interface TextBox {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Size of its font. */
  readonly height: number;
  /** Names its font within the file. */
  readonly font: string;
}

/** Boxes that stand together on one line: words, or a cell of a table. */
export interface Segment extends TextBox {
  readonly end: number;
}

/** Segments on one baseline, from left to right. */
export interface Row {
  readonly y: number;
  readonly height: number;
  readonly segments: readonly Segment[];
  /** Right end of the column that it is in; undefined where it is in none. */
  readonly edge?: number | undefined;
}

/** A page as it was read. */
export interface PageBoxes {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly TextBox[];
}

/** What most of a file's text is set in. */
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
