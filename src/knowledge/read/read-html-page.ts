import { z } from "zod";
import { mainElement, readHtml, type HtmlPage } from "../read-html.ts";
import { withTableHeaders } from "./markdown-table.ts";

/** Maximum page length for the article search, in characters. The search takes too long on longer pages. */
const MAX_SEARCHED = 1024 * 1024;
const MAX_ELEMENTS = 20_000;
/** Minimum size of an article, as a share of its page. */
const LEAST_SHARE = 0.3;

/**
 * Reads the content of a page. If the page does not mark its content but reads like an article, uses the
 * article that Readability finds.
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

/** Custom type: the library's types need those of a browser. */
const pageSchema = z.custom<{ readonly document: unknown }>(
  (value) => value !== null && /^(?:object|function)$/.test(typeof value),
);

/** Returns undefined if there is no article. Errors do not fail the page: the caller ignores them. */
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
