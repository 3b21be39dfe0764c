// SPDX-License-Identifier: Apache-2.0
// The TypeScript compiler checks the declarations of Node and of the DOM: thousands of functions, compiled and optimised.
'use strict';
const path = require('node:path');
const { check, measured, packages } = require('../measured.cjs');

measured(() => {
  const require = packages();
  const ts = require('typescript');
  const types = path.dirname(path.dirname(require.resolve('@types/node/package.json')));
  const options = { noEmit: true, strict: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.full.d.ts'], module: ts.ModuleKind.CommonJS, typeRoots: [types], types: ['node'], skipLibCheck: false };
  const program = ts.createProgram([require.resolve('@types/node/index.d.ts')], options);
  const files = program.getSourceFiles().length;
  ts.getPreEmitDiagnostics(program);
  check(files > 50, 'the files of the program');
  return { made: files };
});
