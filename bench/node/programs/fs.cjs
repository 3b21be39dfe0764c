// SPDX-License-Identifier: Apache-2.0
// Files through streams and by readFile.
'use strict';
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { check, measured, times } = require('../measured.cjs');

measured(async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'slabscope-bench-'));
  try {
    const source = path.join(folder, 'source');
    fs.writeFileSync(source, Buffer.alloc(32 << 20, 'abcdefgh'));
    for (let i = 0; i < times(24); i++) await pipeline(fs.createReadStream(source), fs.createWriteStream(path.join(folder, 'copy')));
    const small = path.join(folder, 'small');
    fs.writeFileSync(small, Buffer.alloc(3000, 'x'));
    let bytes = 0;
    for (let i = 0; i < times(12_000); i++) bytes += (await fs.promises.readFile(small)).length + fs.readFileSync(small).length;
    check(fs.statSync(path.join(folder, 'copy')).size === 32 << 20 && bytes === times(12_000) * 6000, 'the copies');
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
  return { made: times(24) * 512 };
});
