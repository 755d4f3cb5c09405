import { DomUtils, parseDocument } from "htmlparser2";
import { damaged } from "./refusals.ts";

export type XmlNode = ReturnType<typeof parseDocument>;
export type XmlElement = ReturnType<typeof elementsOf>[number];

/** Maximum nesting depth. */
const MAX_DEPTH = 200;

/**
 * Parses an XML text. Entities that it declares are not expanded, which prevents entity bombs.
 *
 * @throws RepriseError `invalid_request` if it is nested too deeply
 */
export function parseXml(xml: string): XmlNode {
  checkDepth(xml);
  return parseDocument(xml, { xmlMode: true });
}

/** All elements with a name below a node, in document order; `p:sld` is a name with its prefix. */
export function elementsOf(node: XmlNode | XmlNode["children"][number], name: string) {
  return DomUtils.getElementsByTagName(name, node, true);
}

/** Value of an attribute; empty if it is missing. */
export function attribute(element: XmlElement, name: string): string {
  return element.attribs[name] ?? "";
}

/** All text below a node. */
export function textOf(node: XmlNode | XmlNode["children"][number]): string {
  return DomUtils.textContent(node);
}

/** Resolves a path relative to the folder of another one. The result never leaves the archive. */
export function resolvePath(from: string, to: string): string {
  if (to.startsWith("/")) return to.slice(1);
  const parts = from.split("/").slice(0, -1);
  for (const part of to.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function checkDepth(xml: string): void {
  let depth = 0;
  for (const [tag] of xml.matchAll(/<\/?[^\s!?/>][^>]*>/g)) {
    if (tag.startsWith("</")) depth -= 1;
    else if (!tag.endsWith("/>")) depth += 1;
    if (depth > MAX_DEPTH) throw damaged(`is nested deeper than ${MAX_DEPTH} elements`);
  }
}
