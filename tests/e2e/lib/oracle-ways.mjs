// SPDX-License-Identifier: Apache-2.0
// How this very node goes about what releases of one line do in different ways: asked of its own functions.
import { run } from './slabscope.mjs';

const kQuestions = {
  /** allocUnsafe and allocUnsafeSlow take an alignment. */
  alignsSlices() {
    return Buffer.allocUnsafeSlow.length > 1;
  },
  /** copyBytesFrom with a range copies that range into a typed array first: twice the bytes. */
  copiesRangeFirst() {
    const all = new Uint16Array(1e6);
    const before = process.memoryUsage().arrayBuffers;
    Buffer.copyBytesFrom(all, 1, 900_000);
    return process.memoryUsage().arrayBuffers - before > 3e6;
  },
  /** concat takes a subarray of the element that does not fit as a whole. */
  concatCutsLast() {
    const element = Buffer.alloc(2);
    let cut = false;
    element.constructor = { [Symbol.species]: function(...view) { cut = true; return new Uint8Array(...view); } };
    Buffer.concat([element], 1);
    return cut;
  },
};

/** An answer, true or false, to each of these questions. */
export async function waysOf(node) {
  const questions = Object.values(kQuestions).join(',\n');
  const asked = await run(node, ['-p', `JSON.stringify(Object.entries({ ${questions} }).map(([name, question]) => [name, question()]))`]);
  if (asked.status !== 0) throw new Error(`${node} does not tell its ways: ${asked.stderr}`);
  return Object.fromEntries(JSON.parse(asked.stdout));
}
