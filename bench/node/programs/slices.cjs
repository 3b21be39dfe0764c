// SPDX-License-Identifier: Apache-2.0
// Slices of 40 bytes, dropped at once.
'use strict';
const { check, measured, times } = require('../measured.cjs');
const count = times(5_000_000);
measured(() => {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += Buffer.allocUnsafe(40).length;
  check(bytes === count * 40, 'bytes');
  return { made: count };
});
