import type { PageProps } from "../app/page-props.ts";
import { DocumentList } from "./document-list.tsx";
import { DocumentView } from "./document-view.tsx";
import "./documents.css";

/** The documents; `/documents/ID` shows one. */
export function DocumentsPage({ rest: [id] }: PageProps) {
  return id === undefined ? <DocumentList /> : <DocumentView key={id} id={id} />;
}
