import { z } from "zod";
import { mainElement, readHtml, type HtmlPage } from "../read-html.ts";
import { withTableHeaders } from "./markdown-table.ts";

/** Longer pages, in characters, are read as they are: looking for an article in them takes too long. */
const MAX_SEARCHED = 1024 * 1024;
const MAX_ELEMENTS = 20_000;
/** An article that is less than this share of its page is not its content. */
const LEAST_SHARE = 0.3;

/**
 * The content of a page. Where the page does not mark it, and it reads like an article, it is the
 * article that Readability finds in it.
 */
export async function readHtmlPage(html: string): Promise<HtmlPage> {
  const page = readHtml(html);
  const article =
    mainElement(html) === undefined && html.length <= MAX_SEARCHED
      ? await findArticle(html).catch(() => undefined)
      : undefined;
  const isContent = article !== undefined && article.text.length >= LEAST_SHARE * page.text.length;
  const text = isContent ? article.text : page.text;
  return { title: page.title, text: withTableHeaders(text) };
}

/** Its types need those of a browser. */
const pageSchema = z.custom<{ readonly document: unknown }>(
  (value) => value !== null && /^(?:object|function)$/.test(typeof value),
);

/** Undefined where there is none. What is wrong with a page is no reason to refuse it. */
async function findArticle(html: string): Promise<HtmlPage | undefined> {
  const [{ parseHTML }, { Readability, isProbablyReaderable }] = await Promise.all([
    import("linkedom"),
    import("@mozilla/readability"),
  ]);
  const parsed: unknown = parseHTML(html);
  const { document } = pageSchema.parse(parsed);
  if (!isProbablyReaderable(document)) return undefined;
  const article = new Readability(document, { maxElemsToParse: MAX_ELEMENTS }).parse();
  if (article === null || typeof article.content !== "string") return undefined;
  const { text } = readHtml(`<body>${article.content}`);
  const title = typeof article.title === "string" ? article.title.trim() : "";
  return { title, text: title === "" || text.includes(title) ? text : `# ${title}\n\n${text}` };
}
