// SPDX-License-Identifier: Apache-2.0
// Keeps slices for a while, some through one collection, some through many, some for good, and prints in which collection
// each has died, as V8 told the addon.
'use strict';
const { performance } = require('node:perf_hooks');
const { begin, watch, deaths } = require(process.argv[2]);

const kRounds = 110;
const kPerRound = 1500;

let state = 1;
function random(below) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >>> 8) % below;
}
function cut() {
  const slice = Buffer.allocUnsafe(20 + random(60)); // cut
  watch(slice);
  return slice;
}

/** Of each round what is still kept; what is kept longer is rarer, so that chunks of the young, the old and both come about. */
const rounds = [];
function round(number) {
  const kept = [];
  for (let i = 0; i < kPerRound; i++) {
    const slice = cut();
    if (random(100) < (number % 10 === 0 ? 95 : 12)) kept.push(slice);
  }
  rounds.push(kept);
  for (const old of rounds) if (random(8) === 0) old.length = random(3) === 0 ? 0 : Math.floor(old.length * 0.7);
}

performance.mark('begin');
begin();
for (let number = 0; number < kRounds; number++) {
  round(number);
  if (number % 3 === 0) gc({ type: 'minor' });
  if (number % 40 === 39) gc();
}
// Nothing is born any more, and what has been through one collection or many dies all the same.
for (let number = 0; number < 12; number++) {
  gc({ type: 'minor' });
  rounds[kRounds - 1 - number].length = 0;
  rounds[random(kRounds)].length = 0;
}
gc();
performance.mark('end');
process.stdout.write(JSON.stringify({ deaths: deaths(), kept: rounds.reduce((sum, kept) => sum + kept.length, 0) }));
