// SPDX-License-Identifier: Apache-2.0
// The example, and a full collection at the mark that it sets: what it still holds then has survived one. Needs --expose-gc.
'use strict';

const path = require('node:path');

const { mark } = performance;
performance.mark = function collectAndMark(...args) {
  global.gc();
  return mark.apply(this, args);
};
require(path.join(__dirname, '..', '..', '..', 'examples', 'slab-retention.js'));
