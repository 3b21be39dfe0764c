// SPDX-License-Identifier: Apache-2.0
// What reads a recording with nothing of slabscope but recording.proto: npm's protobufjs and a zstd decoder.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packagesOf } from './packages.mjs';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** `type(name)` of the messages, `values(name)` of the enums and `named(name)`, their names by value, the `Reader` of protobufjs, `payloadOf(block)`, and a `require` for more. */
export async function recordingProto(args) {
  const require = await packagesOf(path.join(root, 'tests', 'e2e', 'reader'), 'reader', args);
  const { Reader, Root } = require('protobufjs');
  const { decompress } = require('fzstd');
  const proto = new Root().loadSync(path.join(root, 'recording', 'recording.proto'), { keepCase: true });
  const type = (name) => proto.lookupType(`slabscope.recording.${name}`);
  const values = (name) => proto.lookupEnum(`slabscope.recording.${name}`).values;
  const named = (name) => proto.lookupEnum(`slabscope.recording.${name}`).valuesById;
  const { COMPRESSION_ZSTD } = values('Compression');
  const payloadOf = (block) => (block.compression === COMPRESSION_ZSTD ? decompress(block.payload) : block.payload);
  return { require, Reader, type, values, named, payloadOf };
}
