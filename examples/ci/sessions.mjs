// SPDX-License-Identifier: Apache-2.0
// What is tested: sessions that keep a token of 12 bytes of a message of 2,000 that was put together from its chunks.
const TOKEN_BYTES = 12;
const body = Buffer.alloc(1988, 'x');
const sessions = new Map();

function receive(id) {
  return Buffer.concat([Buffer.alloc(TOKEN_BYTES, id & 0xff), body]);
}

/** The token is a view of the message: it keeps the slab that the message was cut from. */
export function openSessionLeaking(id) {
  sessions.set(id, receive(id).subarray(0, TOKEN_BYTES)); // <- the leak
}

/** The token is a copy: the slab goes with the message. */
export function openSession(id) {
  sessions.set(id, Uint8Array.prototype.slice.call(receive(id), 0, TOKEN_BYTES));
}
