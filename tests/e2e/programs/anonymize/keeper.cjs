// SPDX-License-Identifier: Apache-2.0
'use strict';
const hoard = [];
exports.hoardForOthers = (count) => {
  for (let i = 0; i < count; i += 1) hoard.push(Buffer.allocUnsafeSlow(12_000), Buffer.from('hoarded'));
};
