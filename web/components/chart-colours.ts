const NAMES = [
  "text",
  "soft",
  "line",
  "accent",
  "tint",
  "bad",
  "warn",
  "series-exact",
  "series-semantic",
  "series-verified",
  "series-miss",
  "series-aside",
] as const;

/** Of the theme, as a canvas takes them. */
export type Colours = Readonly<Record<(typeof NAMES)[number], string>>;

/** The colours that the style sheets give a node; a canvas does not know `var()` and `light-dark()`. */
export function readColours(node: HTMLElement): Colours {
  const probe = document.createElement("span");
  node.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    text: read("text"),
    soft: read("soft"),
    line: read("line"),
    accent: read("accent"),
    tint: read("tint"),
    bad: read("bad"),
    warn: read("warn"),
    "series-exact": read("series-exact"),
    "series-semantic": read("series-semantic"),
    "series-verified": read("series-verified"),
    "series-miss": read("series-miss"),
    "series-aside": read("series-aside"),
  };
  probe.remove();
  return colours;
}

/** The axes of every chart: quiet lines, soft figures. */
export function axisStyle(colours: Colours) {
  return {
    stroke: colours.soft,
    font: "12px system-ui, sans-serif",
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
}
