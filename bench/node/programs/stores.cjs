// SPDX-License-Identifier: Apache-2.0
// Stores of their own, 200 bytes each, dropped at once.
'use strict';
const { check, measured, times } = require('../measured.cjs');
const count = times(500_000);
measured(() => {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += Buffer.allocUnsafeSlow(200).length;
  check(bytes === count * 200, 'bytes');
  return { made: count };
});
