/**
 * The sum of a metric over all its series, or over those with this label, in Prometheus' text format; 0 when there are
 * none.
 * @param label As it is written: `outcome="delivered"`.
 */
export function metricTotal(text: string, metric: string, label = ""): number {
  return text
    .split("\n")
    .filter((line) => (line.startsWith(`${metric}{`) || line.startsWith(`${metric} `)) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}
