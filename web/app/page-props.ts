/** What a page is given of the address. */
export interface PageProps {
  /** Of the path, after the page's own: `/documents/hours` gives the documents' page `["hours"]`. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}
