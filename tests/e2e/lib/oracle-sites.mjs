// SPDX-License-Identifier: Apache-2.0
// Writes the call sites of the oracle program: files of known text in which every site stands on a line of its own,
// evaluates `new Error()` and makes its allocation. The position of the call follows from the position of the Error
// by the distance between the two tokens, which this generator knows.
import fs from 'node:fs';
import path from 'node:path';

// Around the site: how the function that holds it is written. `$` is the site's line.
const kShapes = [
  (id, site) => [`function site${id}(x, a, b) { return ${site}; }`],
  (id, site) => [`const site${id} = (x, a, b) => ${site};`],
  (id, site) => [
    `class Maker${id} {`,
    `  make(x, a, b) { const made = ${site}; return made; }`,
    '}',
    `const maker${id} = new Maker${id}();`,
    `function site${id}(x, a, b) { return maker${id}.make(x, a, b); }`,
  ],
  (id, site) => [
    `class Static${id} { static make(x, a, b) { return ${site}; } }`,
    `const site${id} = (x, a, b) => Static${id}.make(x, a, b);`,
  ],
  (id, site) => [
    `function leaf${id}(x, a, b) { return ${site}; }`,
    `function middle${id}(x, a, b) { return leaf${id}(x, a, b); }`,
    `function site${id}(x, a, b) { return middle${id}(x, a, b); }`,
  ],
  (id, site) => [`function site${id}(x, a, b) { return [0].map(() => ${site})[0]; }`],
  (id, site) => [
    `function site${id}(x, a, b) { try { return ${site}; } finally { core.touched += 1; } }`,
  ],
  (id, site) => [
    `class Child${id} extends core.Holder { constructor(x, a, b) { super(${site}); } }`,
    `function site${id}(x, a, b) { return new Child${id}(x, a, b).value; }`,
  ],
  (id, site) => [
    `function* walk${id}(x, a, b) { yield ${site}; }`,
    `function site${id}(x, a, b) { return walk${id}(x, a, b).next().value; }`,
  ],
  (id, site) => [
    `const object${id} = { get made() { const { x, a, b } = core; return ${site}; } };`,
    `function site${id}() { return object${id}.made; }`,
  ],
];

// Text before the call on its line, so that columns in bytes, in characters and in UTF-16 units all differ.
const kUnicode = ["/* é */ ", "/* 漢字 */ ", "/* 😀😀 */ ", "/* né 漢😀 */ "];

/** Lines that call a site in a loop and make it known to core. */
const burstOf = (id, kind) => [
  `function burst${id}(k) {`,
  `  for (let i = 0; i < k; i++) { core.prepare(${id}); site${id}(core.x, core.a, core.b); core.after(); }`,
  '}',
  `core.register(${id}, '${kind.name}', '${kind.input}', '${kind.encoding ?? ''}', ${kind.weight ?? 1}, burst${id}, site${id});`,
];

class Generator {
  sites = [];

  constructor(kinds) {
    this.kinds = kinds;
  }

  #site(kind, unicode) {
    const id = this.sites.length;
    const lead = unicode ? kUnicode[id % kUnicode.length] : '';
    const middle = unicode ? kUnicode[(id + 1) % kUnicode.length] : '';
    const marked = `core.log(${id}, ${lead}new Error(), ${middle}${kind.text})`;
    const text = marked.replace('^', '');
    this.sites.push({ kind: kind.name, delta: marked.indexOf('^') - text.indexOf('new Error()') });
    return { id, text };
  }

  /** Lines of code that define `count` sites, each with its burst. */
  lines(count, { unicode = false } = {}) {
    const lines = [];
    for (let index = 0; index < count; index++) {
      const kind = this.kinds[(index * 7) % this.kinds.length];
      const { id, text } = this.#site(kind, unicode);
      lines.push(...kShapes[index % kShapes.length](id, text));
      lines.push(...burstOf(id, kind));
    }
    return lines;
  }

  /** Sites in code without a file: the text of each is compiled by eval or by new Function. */
  compiled(count) {
    const lines = [];
    for (let index = 0; index < count; index++) {
      const kind = this.kinds[(index * 5 + 2) % this.kinds.length];
      const { id, text } = this.#site(kind, index % 4 === 3);
      const source = JSON.stringify(`\n  return ${text};`);
      lines.push(
        index % 2 === 0
          ? `const site${id} = new Function('core', 'x', 'a', 'b', ${source}).bind(null, core);`
          : `const site${id} = (() => eval('(function (x, a, b) {' + ${source} + '})'))();`,
      );
      lines.push(...burstOf(id, kind));
    }
    return lines;
  }
}

/**
 * Writes sites-plain.cjs, sites-unicode.cjs, sites-module.mjs, sites-worker.cjs and sites-compiled.cjs into `folder`.
 * Returns, by site, its kind and the distance in columns from `new Error()` to the call.
 */
export function writeSites(folder, kinds) {
  const generator = new Generator(kinds);
  const commonJs = (lines) => ["'use strict';", "const core = require('./core.cjs');", ...lines, ''].join('\n');
  const sloppy = (lines) => ["const core = require('./core.cjs');", ...lines, ''].join('\n');
  const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
  write('sites-plain.cjs', commonJs(generator.lines(140)));
  write('sites-unicode.cjs', commonJs(generator.lines(90, { unicode: true })));
  write('sites-compiled.cjs', sloppy(generator.compiled(50)));
  write('sites-module.mjs', ["import core from './core.cjs';", ...generator.lines(110), ''].join('\n'));
  write('sites-worker.cjs', commonJs(generator.lines(110)));
  return generator.sites;
}
