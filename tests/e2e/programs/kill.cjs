// SPDX-License-Identifier: Apache-2.0
// Allocates for ever and writes after each allocation how many there were, at the start of a file, as text: a string
// is written without a Buffer being made.
'use strict';
const fs = require('node:fs');

const fd = fs.openSync(process.argv[2], 'w');
fs.writeSync(fd, `000000000000 ${process.pid}`, 0);
const held = new Array(1000).fill(null);
for (let n = 1; ; n++) {
  held[n % 1000] = Buffer.allocUnsafe(1 + (n % 97)); // counted
  fs.writeSync(fd, String(n).padStart(12, '0'), 0);
}
