// SPDX-License-Identifier: Apache-2.0
// What a series of figures does over time: a straight line through it, and whether that is flat, or straight at all.
import { median } from '../table.mjs';

// Of all that is measured the first part is left out, in which caches fill and code is compiled.
const kWarmUp = 1 / 5;
const kStraight = 0.98;

/** One point for each `width` of time: what `choose` makes of the values in it. */
export function thinned(points, width, choose = median) {
  const buckets = new Map();
  for (const [time, value] of points) {
    const bucket = Math.floor(time / width);
    if (!buckets.has(bucket)) buckets.set(bucket, []);
    buckets.get(bucket).push(value);
  }
  return [...buckets].map(([bucket, values]) => [(bucket + 0.5) * width, choose(values)]);
}

/** Least squares: the slope, its standard error, and the share of the variance that the line explains. */
function lineThrough(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(([time]) => time)), mean(points.map(([, value]) => value))];
  const xx = points.reduce((sum, [time]) => sum + (time - x) ** 2, 0);
  const yy = points.reduce((sum, [, value]) => sum + (value - y) ** 2, 0);
  const slope = points.reduce((sum, [time, value]) => sum + (time - x) * (value - y), 0) / xx;
  const rest = points.reduce((sum, [time, value]) => sum + (value - y - slope * (time - x)) ** 2, 0);
  return { mean: y, slope, error: Math.sqrt(rest / Math.max(points.length - 2, 1) / xx), explained: yy === 0 ? 1 : 1 - rest / yy };
}

/**
 * `flat`: after the warm-up the line rises by less than `noise`, or by no more than chance may do. `linear`: it rises, and is straight.
 * `settles`: neither, but the second half of it all is flat. Else `neither`.
 */
export function judge(points, noise) {
  const warm = points.slice(Math.floor(points.length * kWarmUp));
  const line = lineThrough(warm);
  let verdict = 'neither';
  if (isFlat(warm, noise)) verdict = 'flat';
  else if (line.explained >= kStraight) verdict = 'linear';
  else if (isFlat(points.slice(points.length >> 1), noise)) verdict = 'settles';
  return { ...line, verdict };
}

function isFlat(points, noise) {
  const { slope, error } = lineThrough(points);
  const rise = slope * (points.at(-1)[0] - points[0][0]);
  return Math.abs(rise) < noise || Math.abs(slope) < 2 * error;
}
