import { DomUtils, parseDocument } from "htmlparser2";
import { damaged } from "./refusals.ts";

export type XmlNode = ReturnType<typeof parseDocument>;
export type XmlElement = ReturnType<typeof elementsOf>[number];

/** Elements nested deeper than this are no document. */
const MAX_DEPTH = 200;

/**
 * The tree of an XML text. Entities that it declares itself are not expanded: there is nothing to bomb.
 *
 * @throws RepriseError `invalid_request` for one that is nested too deeply
 */
export function parseXml(xml: string): XmlNode {
  checkDepth(xml);
  return parseDocument(xml, { xmlMode: true });
}

/** All elements of a name below a node, in their order; `p:sld` is the name with its prefix. */
export function elementsOf(node: XmlNode | XmlNode["children"][number], name: string) {
  return DomUtils.getElementsByTagName(name, node, true);
}

/** An attribute's value; empty without it. */
export function attribute(element: XmlElement, name: string): string {
  return element.attribs[name] ?? "";
}

/** All text below a node. */
export function textOf(node: XmlNode | XmlNode["children"][number]): string {
  return DomUtils.textContent(node);
}

/** Where a path leads from the folder of another one; nothing leads out of the archive. */
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
