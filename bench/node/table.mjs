// SPDX-License-Identifier: Apache-2.0
// The figures of all rounds as tables of Markdown.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const fixed = (value, digits = 2) => value.toFixed(digits);
const range = (values) => `${fixed(median(values))} (${fixed(Math.min(...values))}–${fixed(Math.max(...values))})`;
const row = (cells) => `| ${cells.join(' | ')} |\n`;

/** Each round's figure over the plain one of the same round. */
const ratios = (runs, plain, key) => runs.map((run, round) => run[key] / plain[round][key]);

function line(program, variant, runs, plain) {
  const added = median(runs.map((run, round) => run.cpu_us - plain[round].cpu_us));
  const { events, bytes } = runs[0];
  return row([
    program, variant, range(ratios(runs, plain, 'cpu_us')), range(ratios(runs, plain, 'wall_us')),
    events ? fixed((added * 1000) / events, 0) : '', events ? events.toLocaleString('en') : '', events ? fixed(bytes / events, 2) : '',
    fixed(median(runs.map((run, round) => run.rss_kib - plain[round].rss_kib)) / 1024, 0),
    fixed(median(runs.map((run) => run.others_us)) / 1e6), fixed(median(runs.map((run) => run.beside_kib)) / 1024, 0),
    events ? fixed(median(runs.map((run) => run.lost)), 0) : '',
  ]);
}

/** `results`: program → variant → one entry a round. */
export function table(results) {
  let text = row(['program', 'run as', 'CPU of node, plain = 1', 'wall time, plain = 1', 'added ns an event', 'events', 'bytes an event', 'RSS of node over plain, MiB', 'CPU beside, s', 'RSS beside, MiB', 'lost']);
  text += row(['---', '---', '---:', '---:', '---:', '---:', '---:', '---:', '---:', '---:', '---:']);
  for (const [program, variants] of Object.entries(results)) {
    const { plain, ...others } = variants;
    for (const [variant, runs] of Object.entries(others)) text += line(program, variant, runs, plain);
  }
  return text;
}
