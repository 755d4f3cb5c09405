/** The parts of the address that a page receives. */
export interface PageProps {
  /** Path segments after the page's own: for `/documents/hours` the documents page gets `["hours"]`. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}
