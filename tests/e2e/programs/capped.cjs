// SPDX-License-Identifier: Apache-2.0
'use strict';
// Cuts as many slices as it is told and keeps a few hundred of them and of other stores, always the same ones. Lets the
// event loop run in between. With a second argument it goes on until it is killed.
const [total, forever] = [Number(process.argv[2]), process.argv.length > 3];
const kept = (globalThis.kept = new Array(300).fill(null));
const own = (globalThis.own = new Array(50).fill(null));
// A sequence without a pattern that packs well, the same in every run.
let state = 1;
const next = () => (state = (state * 48271) % 2147483647);

function some(from, to) {
  for (let i = from; i < to; i++) {
    kept[next() % kept.length] = Buffer.allocUnsafe(1 + (next() % 1000)); // cut
    if (i % 1000 === 0) own[(i / 1000) % own.length] = Buffer.alloc(20000 + (i % 7919)); // own
  }
}

function round(from) {
  const to = Math.min(from + 5_000, total);
  some(from, to);
  if (to < total) return setTimeout(round, 2, to);
  if (forever) return setTimeout(round, 2, 0);
  globalThis.gc();
  setTimeout(() => globalThis.gc(), 50);
}

process.stdout.write(`pid ${process.pid}\n`);
round(0);
