// SPDX-License-Identifier: Apache-2.0
// Buffers of strings: reserved for the worst case, trimmed to what they need.
'use strict';
const { check, measured, times } = require('../measured.cjs');
const count = times(2_000_000);
const texts = ['short', 'a line of text that is somewhat longer', 'ä'.repeat(60), 'x'.repeat(300)];
measured(() => {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += Buffer.from(texts[i & 3]).length;
  check(bytes === (count / 4) * (5 + 38 + 120 + 300) || count % 4 !== 0, 'bytes');
  return { made: count };
});
