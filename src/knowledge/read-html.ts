import { Tokenizer } from "htmlparser2";
import { createHtmlElements } from "./html-elements.ts";

/** What is read of a page. */
export interface HtmlPage {
  /** Of its `<title>`; empty where it has none. */
  readonly title: string;
  /** Markdown-like: headings, lists, rows of tables and code are marked, so that it is split along them. */
  readonly text: string;
}

/** Elements that are left out with all that is in them. */
const DROPPED = new Set(
  "datalist iframe nav noscript object script select style svg template textarea".split(" "),
);
/** Where one of these ends that began before a dropped element, that is over as well. */
const CONTAINERS = new Set("aside body div footer header main section".split(" "));

/**
 * Reads HTML, however broken, in a time linear to its length: its tags are taken one by one and no tree
 * is built, so that it does not matter how deep they are nested or whether they are closed.
 */
export function readHtml(html: string): HtmlPage {
  const page = createPage();
  let opened = "";
  const nameAt = (start: number, end: number) => html.slice(start, end).toLowerCase();
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname(start, end) {
        opened = nameAt(start, end);
        page.open(opened);
      },
      // `<svg/>` is over; `<div/>` and `<script/>` are not.
      onselfclosingtag: () => opened === "svg" && page.close(opened),
      onclosetag: (start, end) => page.close(nameAt(start, end)),
      ontext: (start, end) => page.text(html.slice(start, end)),
      ontextentity: (codePoint) => page.text(String.fromCodePoint(codePoint)),
      onopentagend: ignore,
      onattribname: ignore,
      onattribdata: ignore,
      onattribentity: ignore,
      onattribend: ignore,
      oncdata: ignore,
      oncomment: ignore,
      ondeclaration: ignore,
      onprocessinginstruction: ignore,
      onend: ignore,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return page.end();
}

/** Takes out the title and what is dropped. */
function createPage() {
  const elements = createHtmlElements();
  const title: string[] = [];
  let inTitle = false;
  let dropped: { name: string; depth: number; containers: number } | undefined;

  return {
    open(name: string): void {
      if (dropped !== undefined) {
        if (name === dropped.name) dropped.depth += 1;
        if (CONTAINERS.has(name)) dropped.containers += 1;
      } else if (DROPPED.has(name)) dropped = { name, depth: 1, containers: 0 };
      else if (name === "title") inTitle = true;
      else elements.open(name);
    },
    close(name: string): void {
      if (dropped !== undefined) {
        if (name === dropped.name) dropped.depth -= 1;
        if (CONTAINERS.has(name)) dropped.containers -= 1;
        if (dropped.depth === 0 || dropped.containers < 0) dropped = undefined;
      } else if (name === "title") inTitle = false;
      else elements.close(name);
    },
    text(raw: string): void {
      if (dropped !== undefined) return;
      if (inTitle) title.push(raw);
      else elements.text(raw);
    },
    end: (): HtmlPage => ({ title: title.join("").trim(), text: elements.end() }),
  };
}
