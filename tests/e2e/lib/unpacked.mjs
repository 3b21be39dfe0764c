// SPDX-License-Identifier: Apache-2.0
// All that a recording holds, as bytes: the payload of each of its blocks unpacked, one behind the other. Of the format it knows no more than
// where the payloads are, so that it finds what a reader would step over.
import fs from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';

/** Calls `onField(number, value)` for each field of a protobuf message; a value is bytes, or null for a number. */
function fieldsOf(message, onField) {
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < message.length) {
    const key = varint();
    let bytes = null;
    if ((key & 7) === 0) varint();
    else if ((key & 7) === 1) at += 8;
    else {
      const length = varint();
      bytes = message.subarray(at, (at += length));
    }
    onField(key >>> 3, bytes);
  }
}

const parts = [];
const file = fs.readFileSync(process.argv[2]);
let at = 0;
while (at < file.length) {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = file[at++];
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  const frame = file.subarray(at, (at += length));
  if (frame.length < length) break;
  fieldsOf(frame, (field, block) => {
    if (field === 3) fieldsOf(block, (inner, payload) => inner === 7 && parts.push(zstdDecompressSync(payload)));
  });
}
process.stdout.write(Buffer.concat(parts).toString('latin1'));
