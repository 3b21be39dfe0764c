// SPDX-License-Identifier: Apache-2.0
// native.cjs ADDON: ArrayBuffers made by JavaScript and by C++, from the event loop and from within a callback. Each
// size is used once.
'use strict';
const addon = require(process.argv[2]);
const kept = [];

function fromJavaScript() {
  kept.push(new ArrayBuffer(100_001));
}

function fromAddon() {
  kept.push(addon.allocate(100_002));
}

function called() {
  kept.push(addon.allocate(100_003));
  return 0;
}

function viaCallback() {
  addon.callBack(called);
}

function again(bytes) {
  kept.push(new ArrayBuffer(bytes));
}

setImmediate(function onTurn() {
  fromJavaScript();
  fromAddon();
  viaCallback();
  // One line of JavaScript, two ways to it.
  for (const bytes of [100_004, 100_004]) again(bytes);
  kept.push(Buffer.allocUnsafe(77));
});
