import { init, use } from "echarts/core";
import { LineChart } from "echarts/charts";
import {
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import type { Calibration, ThresholdRow } from "../../src/tuning/calibrate.ts";
import { renderAdvice, renderTable } from "./print-table.ts";

const WIDTH = 820;
const HEIGHT = 380;
/** Rows with fewer hits are omitted from the curves: their bounds are too wide to be useful. */
const LEAST_HITS = 5;

/** The subject of the report. */
export interface ReportSubject {
  readonly file: string;
  readonly embedder: string;
  readonly labels: number;
  readonly target: number;
  /** Savings of one hit, in US dollars. */
  readonly usdPerHit: number;
}

interface Curve {
  readonly name: string;
  readonly points: [number, number][];
}

/** One self-contained HTML page: the recommendation, the curves as SVG, the table. */
export function renderReport(calibration: Calibration, subject: ReportSubject): string {
  use([LineChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);
  const rows = calibration.rows.filter(({ hits }) => hits >= LEAST_HITS);
  const share = ({ wrongHits, hits }: ThresholdRow) => (wrongHits / hits) * 100;
  const bound = ({ upperBound }: ThresholdRow) => upperBound * 100;
  const hitShare = ({ hits }: ThresholdRow) => (hits / subject.labels) * 100;
  const curve = (
    name: string,
    x: (row: ThresholdRow) => number,
    y: (row: ThresholdRow) => number,
  ): Curve => ({ name, points: rows.map((row) => [x(row), y(row)]) });
  const threshold = (row: ThresholdRow) => row.threshold;
  const target = subject.target * 100;
  const charts = [
    drawChart(
      { title: "Wrong-hit rate and its bound", x: "threshold", y: "% of the hits", target },
      [curve("measured", threshold, share), curve("upper bound at 95 %", threshold, bound)],
    ),
    drawChart(
      { title: "Hit rate and wrong-hit rate", x: "% of all lookups served", y: "% wrong", target },
      [curve("measured", hitShare, share), curve("upper bound at 95 %", hitShare, bound)],
    ),
    drawChart({ title: "Savings per 1,000 lookups", x: "threshold", y: "USD" }, [
      curve("saved", threshold, (row) => (row.hits / subject.labels) * 1000 * subject.usdPerHit),
    ]),
  ];
  return page(calibration, subject, charts);
}

function drawChart(
  { title, x, y, target }: { title: string; x: string; y: string; target?: number },
  curves: readonly Curve[],
): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    title: { text: title },
    legend: { bottom: 0, data: curves.map(({ name }) => name) },
    grid: { left: 60, right: 40, top: 60, bottom: 80 },
    xAxis: { type: "value", name: x, nameLocation: "middle", nameGap: 28, scale: true },
    yAxis: { type: "value", name: y, min: 0 },
    series: curves.map(({ name, points }, index) => ({
      type: "line",
      name,
      data: points,
      showSymbol: false,
      ...(index === 0 &&
        target !== undefined && {
          markLine: {
            silent: true,
            symbol: "none",
            data: [{ yAxis: target, name: "target" }],
            label: { formatter: "target" },
          },
        }),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function page(calibration: Calibration, subject: ReportSubject, charts: string[]): string {
  const text = (value: string) =>
    value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const about = `${subject.labels} labelled lookups of ${subject.file}, embedded with ${subject.embedder}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Threshold report</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:${WIDTH}px;margin:2rem auto;padding:0 1rem}pre{overflow-x:auto}svg{max-width:100%;height:auto}</style>
<h1>Threshold report</h1>
<p>${text(about)}.</p>
<p><strong>${text(renderAdvice(calibration, subject.target))}</strong></p>
${charts.map((svg) => `<figure>${svg}</figure>`).join("\n")}
<pre>${text(renderTable(calibration, subject.labels))}</pre>
</html>
`;
}
