// SPDX-License-Identifier: Apache-2.0
// Cuts many slices, keeps a few, and says how much memory is left after a collection.
'use strict';
const { performance } = require('node:perf_hooks');

const kRounds = 100;
const kDroppedPerRound = 1000;

const kept = [];
function drop() {
  return Buffer.allocUnsafe(96).length; // dropped
}
function keep() {
  kept.push(Buffer.allocUnsafe(96)); // kept
}
function keepChild() {
  const parent = Buffer.allocUnsafe(960); // parent
  kept.push(parent.subarray(10, 20)); // child
}
function churn() {
  let bytes = 0;
  for (let round = 0; round < kRounds; round++) {
    for (let i = 0; i < kDroppedPerRound; i++) bytes += drop();
    if (round % 2 === 0) keep();
    else keepChild();
  }
  return bytes;
}
function young() {
  let bytes = 0;
  for (let i = 0; i < 2000; i++) bytes += Buffer.allocUnsafe(48).length; // young
  return bytes;
}
const turn = () => new Promise((resolve) => setTimeout(resolve, 20));

async function main() {
  gc();
  await turn();
  performance.mark('young');
  young();
  for (let i = 0; i < 3; i++) {
    gc({ type: 'minor' });
    await turn();
  }
  performance.mark('churn');
  churn();
  for (let i = 0; i < 4; i++) {
    gc();
    await turn();
  }
  performance.mark('collected');
  const { arrayBuffers } = process.memoryUsage();
  process.stdout.write(
    `${JSON.stringify({ arrayBuffers, dropped: kRounds * kDroppedPerRound, kept: kRounds / 2, slab: kept[0].buffer.byteLength })}\n`,
  );
}
main();
