// SPDX-License-Identifier: Apache-2.0
// A few bytes that hold tens of megabytes: each message that comes in is put together in a Buffer from the pool, and
// a token of 12 bytes is kept from it. The token is a view: it keeps the whole slab that its message was cut from.
//
//   build/bin/slabscope record -o retention.slab -- node examples/slab-retention.js
//   build/bin/slabscope report retention.slab
//
// With --fixed the token is copied out of the slab, and the recordings with and without it can be compared:
//
//   build/bin/slabscope record -o fixed.slab -- node examples/slab-retention.js --fixed
//   build/bin/slabscope diff retention.slab fixed.slab
//
// In the recording: the slabs still alive at the end are held by one line, the one marked "holds the slabs" below.
// Uint8Array.prototype.slice.call(view) would copy the 12 bytes and let the slabs go; Buffer.from(view) copies into the pool.
'use strict';

const MESSAGES = 20_000;
const MESSAGES_A_ROUND = 500;
const ROUND_MS = 25;
const TOKEN_BYTES = 12;

const body = Buffer.alloc(1988, 'x');
const sessions = new Map();
const isFixed = process.argv.includes('--fixed');

function handleMessage(id, chunks) {
  const token = Buffer.concat(chunks).subarray(0, TOKEN_BYTES); // <- holds the slabs
  sessions.set(id, isFixed ? Uint8Array.prototype.slice.call(token) : token);
}

function acknowledge(id) {
  return Buffer.from(`ok ${id}\n`).length; // from the pool as well, and dropped at once
}

function report() {
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  let kept = 0;
  for (const token of sessions.values()) kept += token.length;
  console.log(
    `${sessions.size} tokens, ${megabytes(kept)} in all; ` +
      `ArrayBuffers in this process: ${megabytes(process.memoryUsage().arrayBuffers)}`,
  );
}

let received = 0;
function round() {
  for (let i = 0; i < MESSAGES_A_ROUND; i++) {
    const id = received++;
    handleMessage(id, [Buffer.alloc(TOKEN_BYTES, id & 0xff), body]);
    acknowledge(id);
  }
  if (received < MESSAGES) {
    setTimeout(round, ROUND_MS);
  } else {
    performance.mark('all-received');
    report();
  }
}
round();
