/** A loading message, shown after a moment to avoid flicker. */
export function Loading({ label }: { readonly label: string }) {
  return (
    <p class="loading" role="status">
      <span class="unseen">{label} is loading</span>
      <span class="bar" aria-hidden="true" />
    </p>
  );
}
