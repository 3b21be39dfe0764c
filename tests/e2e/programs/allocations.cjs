// SPDX-License-Identifier: Apache-2.0
// allocations.cjs ADDON LOG [storm|deepbind]: stores over memory that the addon allocated before, by each of its ways. Every store
// has a size of its own; LOG tells which way it was. With `storm` 200 threads of the addon allocate meanwhile. With `deepbind`
// the addon is loaded so that it calls the C library's own functions: what it allocates is nobody's business.
'use strict';
const fs = require('node:fs');
const { RTLD_LAZY, RTLD_DEEPBIND } = require('node:os').constants.dlopen;
const deep = process.argv[4] === 'deepbind';
const loaded = { exports: {} };
process.dlopen(loaded, process.argv[2], deep ? RTLD_LAZY | RTLD_DEEPBIND : RTLD_LAZY);
const addon = loaded.exports;
const log = [];
const kept = [];
let size = 4096;

function later({ way, bytes = (size += 16), offset = 0, inThread = false, known = true }) {
  const block = addon.allocate(way, bytes, inThread);
  return function makeStore() {
    const length = bytes - offset;
    kept.push(addon.wrap(block, offset, length));
    log.push({ way, inThread, size: length, known: known && !deep });
  };
}

const ways = ['malloc', 'calloc', 'realloc', 'shrinking', 'memalign', 'aligned_alloc', 'new', 'array', 'nothrow', 'aligned', 'reuse'];
const makers = [
  ...ways.map((way) => later({ way })),
  // Inside a block, in its first page and far behind.
  later({ way: 'malloc', offset: 44 }),
  later({ way: 'malloc', bytes: 3_000_000, offset: 2_500_000 }),
  ...['malloc', 'array'].map((way) => later({ way, inThread: true })),
  later({ way: 'malloc', bytes: 1024 }),
  // Nothing is to be known of these.
  later({ way: 'malloc', bytes: 1023, known: false }),
  later({ way: 'shrinking', bytes: 1000, known: false }),
  later({ way: 'others', known: false }),
  later({ way: 'mapping', known: false }),
];
const outcome = { log };
setImmediate(function onTurn() {
  for (const makeStore of makers) makeStore();
  if (process.argv[4] === 'storm') {
    outcome.wrong = addon.storm(200, 2000);
    later({ way: 'malloc' })();
    addon.hoard(300_000);
    for (let more = 0; more < 8; more += 1) later({ way: 'malloc', known: null })();
  }
  fs.writeFileSync(process.argv[3], JSON.stringify(outcome));
});
