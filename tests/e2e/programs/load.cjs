// SPDX-License-Identifier: Apache-2.0
// Cuts slices and makes stores as fast as it can for so many milliseconds, holds some of them, lets go of all, and says
// how many there were. Their lengths are no others': 331 to 337, and 5001 to 5099 for stores.
'use strict';
const fs = require('node:fs');

const kTurn = 200;
let held = new Array(5000).fill(null);
const counts = { slices: 0, stores: 0, slowest: 0 };

function turn() {
  for (let i = 0; i < kTurn; i++) {
    held[counts.slices % 5000] = Buffer.allocUnsafe(331 + (counts.slices % 7));
    counts.slices += 1;
    if (i % 20 !== 0) continue;
    held[(counts.slices * 7) % 5000] = new Uint8Array(5001 + (counts.stores % 99));
    counts.stores += 1;
  }
}

async function letGo() {
  held = null;
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  performance.mark('gone');
}

performance.mark('begin');
fs.writeSync(1, `ready ${process.pid}\n`);
const until = Date.now() + Number(process.argv[2]);
for (let before = Date.now(); before < until; ) {
  turn();
  const after = Date.now();
  counts.slowest = Math.max(counts.slowest, after - before);
  before = after;
}
performance.mark('end');
letGo().then(() => fs.writeSync(1, `${JSON.stringify(counts)}\n`));
