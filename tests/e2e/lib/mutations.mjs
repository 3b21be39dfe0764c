// SPDX-License-Identifier: Apache-2.0
// Damage to a recording, the same for the same seed: to its bytes, and to the order of its blocks, which are whole in themselves.

/** Numbers that look random (mulberry32): `upTo(limit)` is 0 to limit, both included. */
function numbers(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return (limit) => next() % (limit + 1);
}

/** The pieces of a recording: a length as a varint, and as many bytes. What follows the last whole one is a piece too. */
export function blocksOf(bytes) {
  const blocks = [];
  let begin = 0;
  while (begin < bytes.length) {
    let at = begin;
    let length = 0;
    for (let shift = 1; at < bytes.length; shift *= 128) {
      const byte = bytes[at++];
      length += (byte & 127) * shift;
      if (byte < 128) break;
    }
    const end = Math.min(bytes.length, at + length);
    blocks.push(bytes.subarray(begin, end));
    begin = end;
  }
  return blocks;
}

const kKinds = {
  'flipped bits': (bytes, _other, upTo) => {
    const changed = Buffer.from(bytes);
    for (let n = 1 + upTo(7); n > 0; n--) changed[upTo(changed.length - 1)] ^= 1 << upTo(7);
    return changed;
  },
  'changed bytes of the first block': (bytes, _other, upTo) => {
    const changed = Buffer.from(bytes);
    for (let n = 1 + upTo(3); n > 0; n--) changed[upTo(blocksOf(bytes)[0].length - 1)] = upTo(255);
    return changed;
  },
  cut: (bytes, _other, upTo) => bytes.subarray(0, upTo(bytes.length)),
  'cut at its beginning': (bytes, _other, upTo) => bytes.subarray(1 + upTo(200)),
  'zeroed range': (bytes, _other, upTo) => {
    const begin = upTo(bytes.length - 1);
    return Buffer.from(bytes).fill(0, begin, Math.min(bytes.length, begin + 1 + upTo(5000)));
  },
  'swapped blocks': (bytes, _other, upTo) => {
    const blocks = blocksOf(bytes);
    const one = upTo(blocks.length - 1);
    const two = upTo(blocks.length - 1);
    [blocks[one], blocks[two]] = [blocks[two], blocks[one]];
    return Buffer.concat(blocks);
  },
  'duplicated block': (bytes, _other, upTo) => {
    const blocks = blocksOf(bytes);
    blocks.splice(upTo(blocks.length), 0, blocks[upTo(blocks.length - 1)]);
    return Buffer.concat(blocks);
  },
  'missing block': (bytes, _other, upTo) => {
    const blocks = blocksOf(bytes);
    blocks.splice(upTo(blocks.length - 1), 1);
    return Buffer.concat(blocks);
  },
  'blocks of another recording': (bytes, other, upTo) => {
    const blocks = blocksOf(bytes);
    const others = blocksOf(other);
    blocks.splice(upTo(blocks.length), upTo(1), ...others.slice(upTo(others.length - 1)));
    return Buffer.concat(blocks);
  },
  'bytes of another recording': (bytes, other, upTo) =>
    Buffer.concat([bytes.subarray(0, upTo(bytes.length)), other.subarray(upTo(other.length))]),
};

/** A damaged copy of `bytes`; `other` is another recording, whose parts may be in it. */
export function mutated(bytes, other, seed) {
  const kinds = Object.entries(kKinds);
  const [kind, damage] = kinds[seed % kinds.length];
  return { kind, bytes: damage(bytes, other, numbers(seed * 7919 + 1)) };
}
