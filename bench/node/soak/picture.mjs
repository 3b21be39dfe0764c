// SPDX-License-Identifier: Apache-2.0
// Curves above one another over the same time, as SVG.

const kWidth = 900;
const kPanel = 130;
const kGap = 34;
const kLeft = 64;
const kRight = 28;
const kTop = 12;
const kColours = ['#1f77b4', '#d95f02', '#7f7f7f'];

/** A round number a little above `value`. */
function ceiling(value) {
  if (value === 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 5, 10].map((factor) => factor * unit).find((candidate) => candidate >= value);
}

function panel({ title, curves }, top, minutes) {
  const most = ceiling(Math.max(...curves.flatMap(({ points }) => points.map(([, value]) => value))));
  const x = (minute) => (kLeft + (minute / minutes) * (kWidth - kLeft - kRight)).toFixed(1);
  const y = (value) => (top + kPanel - (Math.max(value, 0) / most) * kPanel).toFixed(1);
  const parts = [`<text x="${kLeft}" y="${top - 4}" font-weight="bold">${title}</text>`];
  for (const value of [0, most / 2, most]) {
    parts.push(`<path d="M${kLeft} ${y(value)}H${kWidth - kRight}" stroke="#ddd"/><text x="${kLeft - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${value}</text>`);
  }
  curves.forEach(({ name, points }, index) => {
    const line = points.map(([minute, value]) => `${x(minute)},${y(value)}`).join(' ');
    parts.push(`<polyline points="${line}" fill="none" stroke="${kColours[index]}" stroke-width="1.5"/>`);
    if (curves.length > 1) parts.push(`<text x="${kWidth - kRight - 200 * (curves.length - index - 1)}" y="${top - 4}" text-anchor="end" fill="${kColours[index]}">${name}</text>`);
  });
  return parts.join('\n');
}

/** `panels`: [{title, curves: [{name, points: [[minute, value], …]}]}]. */
export function picture(panels, minutes) {
  const height = kTop + panels.length * (kPanel + kGap) + 10;
  const drawn = panels.map((each, index) => panel(each, kTop + 14 + index * (kPanel + kGap), minutes));
  const step = ceiling(minutes / 7);
  const ticks = [];
  for (let minute = 0; minute <= minutes; minute += step) {
    ticks.push(`<text x="${kLeft + (minute / minutes) * (kWidth - kLeft - kRight)}" y="${height - 2}" text-anchor="middle">${minute} min</text>`);
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${kWidth}" height="${height}" viewBox="0 0 ${kWidth} ${height}" font-family="sans-serif" font-size="12">
<rect width="${kWidth}" height="${height}" fill="white"/>
${[...drawn, ...ticks].join('\n')}
</svg>
`;
}
