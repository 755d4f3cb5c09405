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

/** Theme colours in a form that a canvas accepts. */
export type Colours = Readonly<Record<(typeof NAMES)[number], string>>;

/** Computed colours of a node: a canvas does not support `var()` and `light-dark()`. */
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

/** The common style of chart axes. */
export function axisStyle(colours: Colours) {
  return {
    stroke: colours.soft,
    font: "12px system-ui, sans-serif",
    grid: { stroke: colours.line, width: 1 },
    ticks: { show: false },
  };
}
