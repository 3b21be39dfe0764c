// SPDX-License-Identifier: Apache-2.0
'use strict';
// Does as it is told, line by line, and says when it has:
//   cut LENGTH COUNT   that many slices of the pool
//   own SIZE COUNT     that many stores of their own
//   drop               lets go of everything, and collects it
const readline = require('node:readline');

const kept = [];
const actions = {
  cut: (length) => kept.push(Buffer.allocUnsafe(length)), // cut
  own: (size) => kept.push(Buffer.alloc(size)), // own
};

process.stdout.write(`pid ${process.pid}\n`);
const lines = readline.createInterface({ input: process.stdin });
lines.on('line', async (line) => {
  const [action, size, count] = line.split(' ');
  if (action === 'drop') {
    kept.length = 0;
    globalThis.gc();
    // What a collection found dead is told by a task.
    await new Promise((resolve) => setTimeout(resolve, 50));
    globalThis.gc();
  } else {
    for (let done = 0; done < Number(count); done++) actions[action](Number(size));
  }
  process.stdout.write(`done ${line}\n`);
});
