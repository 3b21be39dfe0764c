// SPDX-License-Identifier: Apache-2.0
// Many small Buffers come and go, some stay, so that the recording is several MB: CHURN_BIRTHS of them are born.
'use strict';
const kBirths = Number(process.env.CHURN_BIRTHS ?? 700_000);
const kAlive = Number(process.env.CHURN_ALIVE ?? 500);
const alive = new Array(kAlive).fill(null);
const resizable = typeof ArrayBuffer.prototype.resize === 'function' ? new ArrayBuffer(4096, { maxByteLength: 1 << 20 }) : null;

// Always the same, but nothing that packs well: numbers below `end`.
let seed = 1;
function random(end) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * end);
}

function round(from) {
  for (let i = from; i < Math.min(kBirths, from + 5000); ++i) {
    // Each place keeps what it got for another while.
    alive[random(kAlive)] = Buffer.allocUnsafe(8 + random(1000));
    if (i % 1000 === 0) alive[random(kAlive)] = new ArrayBuffer(1000 + (i % 77));
    if (i % 20_000 === 0) resizable?.resize(4096 * (1 + (i / 20_000) % 200));
  }
  if (from % 50_000 === 0) global.gc?.();
  if (from + 5000 < kBirths) setImmediate(round, from + 5000);
}
round(0);
