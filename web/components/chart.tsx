import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { theme } from "../app/theme.ts";
import { readColours, type Colours } from "./chart-colours.ts";

interface Props {
  /** A description of the chart for screen readers. */
  readonly label: string;
  /** Data for uPlot: x first, then one row per series; null means no value. */
  readonly data: uPlot.AlignedData;
  /** Series, axes and scales in the theme's colours; the chart sets size, data and position. */
  readonly options: (colours: Colours) => Omit<uPlot.Options, "width" | "height">;
  /** In pixels. */
  readonly height?: number;
  /** The same figures as a table. */
  readonly children?: ComponentChildren;
}

/**
 * A chart by uPlot, as wide as its container, in the theme's colours. It is redrawn when `data`, `options`
 * or the theme change: memoise both.
 */
export function Chart({ label, data, options, height = 260, children }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chosen = theme.value;
  useEffect(() => {
    const node = place.current;
    if (node === null) return;
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      plot = new uPlot(
        { ...options(readColours(node)), width: node.clientWidth, height },
        data,
        node,
      );
    };
    const watcher = new ResizeObserver(() => plot?.setSize({ width: node.clientWidth, height }));
    draw();
    watcher.observe(node);
    scheme.addEventListener("change", draw);
    return () => {
      scheme.removeEventListener("change", draw);
      watcher.disconnect();
      plot?.destroy();
    };
  }, [data, options, height, chosen]);

  return (
    <figure class="chart">
      <div ref={place} role="img" aria-label={label} />
      {children !== undefined && (
        <details class="chart-figures">
          <summary>Show as table</summary>
          {children}
        </details>
      )}
    </figure>
  );
}
