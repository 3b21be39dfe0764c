// SPDX-License-Identifier: Apache-2.0
// A service of the version that it is told: from 1.5.0 on its sessions keep twice as much. What it answers is larger then too, but not kept.
'use strict';
const isNew = process.argv[2] === '1.5.0';
const kept = [];

function openSession() {
  kept.push(Buffer.allocUnsafeSlow(isNew ? 40_000 : 20_000));
}
function readConfiguration() {
  kept.push(Buffer.allocUnsafeSlow(100_000), Buffer.from('name=value'));
}
function answer() {
  return Buffer.allocUnsafeSlow(isNew ? 90_000 : 30_000).length;
}

readConfiguration();
for (let i = 0; i < 10; i += 1) {
  openSession();
  answer();
}

// Memory of what one collection finds dead is given back behind it, at the latest when the next one begins.
let collections = 3;
function collect() {
  globalThis.gc();
  collections -= 1;
  if (collections > 0) setImmediate(collect);
}
setImmediate(collect);
