/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly milliseconds: number;
  readonly ours: boolean;
}

const row = 30;
const labelWidth = 250;
const barWidth = 420;
const width = labelWidth + barWidth + 90;

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Bars on a logarithmic scale, as SVG that reads on light and on dark pages. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const smallest = Math.min(...bars.map(({ milliseconds }) => milliseconds)) / 2;
  const largest = Math.max(...bars.map(({ milliseconds }) => milliseconds));
  const length = (milliseconds: number) => (Math.log(milliseconds / smallest) / Math.log(largest / smallest)) * barWidth;
  const rows = bars.map(({ label, milliseconds, ours }, index) => {
    const y = 46 + index * row;
    const end = labelWidth + length(milliseconds);
    return [
      `  <text x="${String(labelWidth - 10)}" y="${String(y + 15)}" text-anchor="end">${escapeXml(label)}</text>`,
      `  <rect x="${String(labelWidth)}" y="${String(y)}" width="${length(milliseconds).toFixed(1)}" height="20" rx="3" fill="${ours ? '#2f81f7' : '#8b949e'}"/>`,
      `  <text x="${(end + 8).toFixed(1)}" y="${String(y + 15)}">${milliseconds.toFixed(milliseconds < 100 ? 1 : 0)} ms</text>`,
    ].join('\n');
  });
  const height = 56 + bars.length * row;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}"`,
    `  font-family="system-ui, sans-serif" font-size="14" fill="#6e7781" role="img" aria-label="${escapeXml(title)}">`,
    `  <text x="10" y="24" font-weight="600">${escapeXml(title)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}
