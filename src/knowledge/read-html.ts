import { Tokenizer } from "htmlparser2";
import { createHtmlElements } from "./html-elements.ts";

/** Content of a page. */
export interface HtmlPage {
  /** Text of `<title>`; empty without one. */
  readonly title: string;
  /** Markdown-like: headings, lists, table rows and code are marked, so that the text is split at them. */
  readonly text: string;
}

/** Elements that are dropped with their content. */
const DROPPED = new Set(
  "datalist iframe nav noscript object script select style svg template textarea".split(" "),
);
/** The end of one of these that began before a dropped element also ends the dropped element. */
const CONTAINERS = new Set("aside body div footer header main section".split(" "));

/** ARIA roles that are not content, or are not visible. */
const DROPPED_ROLES = new Set(
  "alertdialog banner complementary contentinfo dialog menu menubar navigation search toolbar".split(
    " ",
  ),
);
/** Elements beside the content; dropped if the page does not mark its content. */
const BESIDE = new Set(["aside", "footer"]);
/** A page that marks its main content. */
const MAIN = /<main\b|\brole\s*=\s*["']?main\b/i;

/**
 * Reads HTML, however malformed, in linear time. Tags are processed one by one without a tree, so nesting depth
 * and missing end tags do not matter. If the page marks its main content, only that is read. Navigation,
 * dialogs and hidden parts are never read.
 */
export function readHtml(html: string): HtmlPage {
  const main = mainElement(html);
  if (main !== undefined) {
    const page = readElements(html, main);
    if (page.text.trim() !== "") return page;
  }
  return readElements(html, undefined);
}

/** How a page marks its main content; undefined if it does not. A single article counts as main content. */
export function mainElement(html: string): "main" | "article" | undefined {
  if (MAIN.test(html)) return "main";
  const first = html.search(/<article\b/i);
  return first !== -1 && !/<article\b/i.test(html.slice(first + 1)) ? "article" : undefined;
}

function readElements(html: string, main: MainElement): HtmlPage {
  const page = createPage(main);
  let opened = "";
  let attribute = "";
  let attributes = new Map<string, string>();
  const nameAt = (start: number, end: number) => html.slice(start, end).toLowerCase();
  const addValue = (value: string) =>
    attributes.set(attribute, (attributes.get(attribute) ?? "") + value);
  const ignore = () => undefined;
  const tokenizer = new Tokenizer(
    {},
    {
      onopentagname(start, end) {
        opened = nameAt(start, end);
        attributes = new Map();
      },
      onopentagend: () => page.open(opened, attributes),
      // `<svg/>` is closed; in HTML, `<div/>` and `<script/>` are not.
      onselfclosingtag() {
        page.open(opened, attributes);
        if (opened === "svg") page.close(opened);
      },
      onclosetag: (start, end) => page.close(nameAt(start, end)),
      ontext: (start, end) => page.text(html.slice(start, end)),
      ontextentity: (codePoint) => page.text(String.fromCodePoint(codePoint)),
      onattribname(start, end) {
        attribute = nameAt(start, end);
        addValue("");
      },
      onattribdata: (start, end) => addValue(html.slice(start, Math.min(end, start + 100))),
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

type Attributes = ReadonlyMap<string, string>;

type MainElement = ReturnType<typeof mainElement>;

function isMain(name: string, attributes: Attributes, element: MainElement): boolean {
  if (element === "article") return name === "article";
  return name === "main" || attributes.get("role")?.toLowerCase() === "main";
}

function isDropped(name: string, attributes: Attributes, onlyMain: boolean): boolean {
  if (DROPPED.has(name) || (!onlyMain && BESIDE.has(name))) return true;
  return (
    !VOID.has(name) && !WHOLE.has(name) && (attributes.has("hidden") || isHiddenBy(attributes))
  );
}

function isHiddenBy(attributes: Attributes): boolean {
  const value = (name: string) => (attributes.get(name) ?? "").toLowerCase().trim();
  return (
    DROPPED_ROLES.has(value("role")) ||
    value("aria-hidden") === "true" ||
    /display\s*:\s*none/.test(value("style"))
  );
}

/** Never dropped as hidden: pages hide their body until their scripts have run. */
const WHOLE = new Set(["html", "body", "main"]);
/** Elements without an end tag. */
const VOID = new Set("area base br col embed hr img input link meta source track wbr".split(" "));

/** Separates the title and drops elements. With `element`, also drops everything outside the main content. */
function createPage(element: MainElement) {
  const onlyMain = element !== undefined;
  const elements = createHtmlElements();
  const title: string[] = [];
  let inTitle = false;
  let dropped: { name: string; depth: number; containers: number } | undefined;
  /** Tag name of the main content, and the number of open elements with this name. */
  let main: { name: string; depth: number } | undefined;

  function openDropped(name: string, from: NonNullable<typeof dropped>): void {
    if (name === from.name) from.depth += 1;
    if (CONTAINERS.has(name)) from.containers += 1;
  }
  function closeDropped(name: string, from: NonNullable<typeof dropped>): void {
    if (name === from.name) from.depth -= 1;
    if (CONTAINERS.has(name)) from.containers -= 1;
    if (from.depth === 0 || from.containers < 0) dropped = undefined;
  }
  function closeMain(name: string): void {
    if (main?.name === name) main.depth -= 1;
    if (main?.depth === 0) main = undefined;
  }
  function openMain(name: string, attributes: Attributes): void {
    if (main !== undefined && name === main.name) main.depth += 1;
    if (main === undefined && isMain(name, attributes, element)) main = { name, depth: 1 };
  }

  return {
    open(name: string, attributes: Attributes): void {
      if (dropped !== undefined) openDropped(name, dropped);
      else if (isDropped(name, attributes, onlyMain)) dropped = { name, depth: 1, containers: 0 };
      else if (name === "title") inTitle = true;
      else {
        openMain(name, attributes);
        if (!onlyMain || main !== undefined) elements.open(name);
      }
    },
    close(name: string): void {
      if (dropped !== undefined) closeDropped(name, dropped);
      else if (name === "title") inTitle = false;
      else {
        if (!onlyMain || main !== undefined) elements.close(name);
        closeMain(name);
      }
    },
    text(raw: string): void {
      if (dropped !== undefined) return;
      if (inTitle) title.push(raw);
      else if (!onlyMain || main !== undefined) elements.text(raw);
    },
    end: (): HtmlPage => ({ title: title.join("").trim(), text: elements.end() }),
  };
}
