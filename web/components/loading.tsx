/** Something is on its way; shown after a moment, so that what comes at once does not flicker. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <p class="loading" role="status">
      <span class="unseen">{label} is loading</span>
      <span class="bar" aria-hidden="true" />
    </p>
  );
}
