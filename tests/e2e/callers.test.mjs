// SPDX-License-Identifier: Apache-2.0
// The caller of one allocation of each sort: its file, line, column and function, exactly.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from './lib/args.mjs';
import { Definitions, place } from './lib/definitions.mjs';
import { Report } from './lib/report.mjs';
import { exportJsonl, record } from './lib/slabscope.mjs';

const args = parseArgs('callers');
const report = new Report();
const folder = path.join(args.work, 'two wörds');
fs.cpSync(path.join(path.dirname(fileURLToPath(import.meta.url)), 'programs', 'callers'), folder, { recursive: true });

// What each marked line must show, keyed by file and line.
const kToken = '/*>*/';
const expected = new Map();
const common = path.join(folder, 'common.cjs');
for (const name of fs.readdirSync(folder)) {
  const file = path.join(folder, name);
  // V8 drops a byte order mark, and so counts columns without it.
  const lines = fs.readFileSync(file, 'utf8').replace(/^\ufeff/, '').split('\n');
  lines.forEach((text, index) => {
    const match = /\/\/ @ ([a-z-]+) ?(.*)$/.exec(text);
    if (!match || !text.includes(kToken)) return;
    const column = text.indexOf(kToken) + kToken.length + 1;
    expected.set(`${file}:${index + 1}`, { name: match[1], functions: match[2].split('|'), column, seen: 0 });
  });
}
const commonLines = fs.readFileSync(common, 'utf8').split('\n');
const compiledAt = (text) => {
  const line = commonLines.findIndex((each) => each.includes(text));
  const token = text.startsWith('new') ? 'new Function' : 'eval(';
  return `eval at module.exports (${common}:${line + 1}:${commonLines[line].indexOf(token) + 1})`;
};
// Code without a file, by the length it asks for.
const compiled = new Map([
  [109, { name: 'eval', file: compiledAt("eval('function compiled"), line: 2, column: 17, functions: ['compiled'] }],
  [110, { name: 'new Function', file: compiledAt("new Function('n'"), line: 3, column: 15, functions: ['eval', 'anonymous', ''] }],
  [111, { name: 'sourceURL', file: '/named/by/url.js', line: 1, column: 34, functions: ['named'] }],
  [5112, { name: 'innermost eval', file: compiledAt('eval(text('), line: 1, column: 8, functions: ['', 'eval'] }],
]);

const file = path.join(args.work, 'callers.slab');
await record(args, file, [path.join(folder, 'main.cjs')]);

const definitions = new Definitions();
let inCompiled = false;
let agentSeen = 0;
let hot = 0;
const hotLine = [...expected].find(([, each]) => each.name === 'inlined');
await exportJsonl(args, file, (event) => {
  if (definitions.take(event)) {
    if (event.type === 'frame' && event.file?.includes('agent.cjs')) agentSeen += 1;
    return;
  }
  if (event.type === 'mark') inCompiled = event.name === 'compiled';
  if (event.type !== 'slice' && event.type !== 'store_alloc') return;
  if (event.kind === 'pool') return;
  const bytes = event.length ?? event.size;
  const frames = definitions.framesOf(event.stack).filter(({ file: name }) => name && !name.startsWith('node:'));
  const frame = frames[0];
  if (inCompiled && compiled.has(bytes)) {
    const wanted = compiled.get(bytes);
    wanted.seen = true;
    report.equal(frame?.file, wanted.file, `${wanted.name}: file`);
    report.equal(frame?.line, wanted.line, `${wanted.name}: line`);
    report.equal(frame?.column, wanted.column, `${wanted.name}: column`);
    report.check(wanted.functions.includes(frame?.function), `${wanted.name}: function "${frame?.function}", not one of ${wanted.functions}`);
    return;
  }
  const wanted = frame && expected.get(`${frame.file}:${frame.line}`);
  if (!wanted) return;
  wanted.seen += 1;
  if (wanted.name === 'inlined') {
    hot += 1;
    // leaf is called from loop, but for the one call from elsewhere.
    const caller = frames[1]?.function;
    report.check(bytes === 103 || caller === 'loop', `leaf was called by loop, the recording says ${place(frames[1])}`, 'caller of the inlined function');
  }
  report.check(frame.column === wanted.column, `${wanted.name}: column ${frame.column}, expected ${wanted.column} (${place(frame)})`, wanted.name);
  report.check(wanted.functions.includes(frame.function), `${wanted.name}: function "${frame.function}", not one of ${wanted.functions}`, `${wanted.name} function`);
});
for (const [where, wanted] of expected) report.check(wanted.seen > 0, `nothing recorded for "${wanted.name}" at ${where}`);
for (const wanted of compiled.values()) report.check(wanted.seen, `nothing recorded for "${wanted.name}"`);
report.equal(agentSeen, 0, 'frames of the agent');
report.equal(hot, 3 * 20000 + 1, `slices by the hot function (${hotLine?.[0]})`);
report.figure('call sites checked', expected.size + compiled.size);
report.finish();
