// SPDX-License-Identifier: Apache-2.0
// Streams through gzip and brotli and back.
'use strict';
const { Readable } = require('node:stream');
const zlib = require('node:zlib');
const { pipeline } = require('node:stream/promises');
const { check, measured, times } = require('../measured.cjs');

function* chunks(count) {
  for (let i = 0; i < count; i++) yield Buffer.from(`line ${i} of some text that can be packed, ${i * 7919}\n`.repeat(40));
}
async function through(count, ...steps) {
  let bytes = 0;
  await pipeline(Readable.from(chunks(count)), ...steps, async (source) => { for await (const chunk of source) bytes += chunk.length; });
  return bytes;
}
measured(async () => {
  const count = times(12_000);
  const plain = await through(count);
  const gzip = await through(count, zlib.createGzip(), zlib.createGunzip());
  const brotli = await through(count, zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }), zlib.createBrotliDecompress());
  check(gzip === plain && brotli === plain, 'what came back');
  return { made: count * 3 };
});
