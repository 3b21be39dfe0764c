// SPDX-License-Identifier: Apache-2.0
// Buffer.concat of three parts, as every reader of a stream does it.
'use strict';
const { check, measured, times } = require('../measured.cjs');
const count = times(1_500_000);
measured(() => {
  const parts = [Buffer.alloc(20, 'a'), Buffer.alloc(400, 'b'), Buffer.alloc(7, 'c')];
  let last = 0;
  for (let i = 0; i < count; i++) {
    const whole = Buffer.concat(parts);
    last += whole[426];
  }
  check(last === count * 99, 'the last byte');
  return { made: count };
});
