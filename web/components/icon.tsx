/** Paths in a 20 x 20 view box. */
const PATHS = {
  chat: "M4 4.5h12v8.5H9l-3.5 3v-3H4z",
  costs: "M3.5 16.5h13M5.5 14v-4M10 14V5M14.5 14V8",
  cache:
    "M4 6c0-1.4 2.7-2.5 6-2.5S16 4.6 16 6s-2.7 2.5-6 2.5S4 7.4 4 6zm0 0v8c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5V6M4 10c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5",
  review: "M4 3.5h12v13H4zM7 10l2.2 2.2L13.5 8",
  tuning: "M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7M12.5 4v4M7.5 12v4",
  documents: "M5.5 3.5h6l3 3v10h-9zM11.5 3.5v3h3M8 10h4M8 13h4",
  health: "M3 10.5h3.5l2-5 3 9 2-4H17",
  system: "M3.5 4.5h13v8.5h-13zM7.5 16h5",
  light:
    "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM10 2.5v1.5M10 16v1.5M2.5 10h1.5M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1",
  dark: "M15.5 11.8A6.5 6.5 0 0 1 8.2 4.5a6.2 6.2 0 1 0 7.3 7.3z",
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  up: "M7 9l3.2-5.5c1.2 0 1.8.9 1.5 2L11.2 8H15.5l-1.2 8H7zM7 9H4.5v7H7z",
  down: "M7 11l3.2 5.5c1.2 0 1.8-.9 1.5-2l-.5-2.5H15.5L14.3 4H7zM7 11H4.5V4H7z",
  list: "M4 6h12M4 10h12M4 14h8",
  trash: "M4.5 6h11M8 6V4h4v2M6 6l.7 10h6.6L14 6",
  pin: "M7.5 3.5h5M8.5 3.5v5l-2 3h7l-2-3v-5M10 11.5v5",
  download: "M10 3.5v9M6.5 9.5l3.5 3.5 3.5-3.5M4 16.5h12",
  upload: "M10 13V4M6.5 7.5L10 4l3.5 3.5M4 16.5h12",
  copy: "M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5z",
  again: "M16 10a6 6 0 1 1-1.8-4.3M14.5 2.5v3.5H11",
  back: "M12 4.5L6.5 10l5.5 5.5",
  search: "M9 4a5 5 0 1 1 0 10A5 5 0 0 1 9 4zM12.7 12.7l3.8 3.8",
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon beside a name or within a labelled control. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
