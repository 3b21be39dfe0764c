// SPDX-License-Identifier: Apache-2.0
// What a Markdown document shows: commands behind a "$ " in its fenced blocks, the output below each, and everything that looks like a call of
// slabscope. A line "..." in an output stands for lines that are left out. Behind a command, "# status N" tells how it ends where that is
// not 0, and "# not run: WHY" that the check leaves it alone.

/** [{ line, info, lines }] of all fenced blocks; `line` is that of the fence, from 1. */
function blocksOf(text) {
  const blocks = [];
  let open = null;
  text.split('\n').forEach((content, i) => {
    const fence = /^```(.*)$/.exec(content);
    if (fence && open) open = null;
    else if (fence) blocks.push((open = { line: i + 1, info: fence[1], lines: [] }));
    else if (open) open.lines.push(content);
  });
  return blocks;
}

/** [{ line, command, status, isRun, output }] in their order; `output` is lines, without empty ones at its end. */
export function commandsOf(text) {
  const commands = [];
  for (const block of blocksOf(text)) {
    let current = null;
    block.lines.forEach((content, i) => {
      if (content.startsWith('$ ')) {
        current = { line: block.line + 1 + i, ...markedCommand(content.slice(2)), output: [] };
        commands.push(current);
      } else if (current) {
        current.output.push(content);
      }
    });
  }
  for (const { output } of commands) while (output.at(-1) === '') output.pop();
  return commands;
}

function markedCommand(text) {
  const [, command, remark = ''] = /^(.*?)(?:\s+# (.*))?$/.exec(text);
  return { command, status: Number(/^status (\d+)/.exec(remark)?.[1] ?? 0), isRun: !remark.startsWith('not run: ') };
}

/** [{ line, program, sub, options }] of all calls of slabscope and slabscope-viewer, in blocks and in `code`. */
export function callsOf(text) {
  const calls = [];
  const lookAt = (code, line) => {
    for (const [, program, rest] of code.matchAll(/(?<![\w-]|=\S*)(slabscope(?:-viewer)?) ([^|;&#]*)/g)) {
      const ours = rest.split(/ -- | \[--\] /)[0];
      const sub = program === 'slabscope' ? /^[a-z]+(?![\w.-])/.exec(ours)?.[0] : '';
      if (sub !== undefined) calls.push({ line, program, sub, options: ours.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [] });
    }
  };
  for (const block of blocksOf(text)) block.lines.forEach((content, i) => lookAt(content.replace(/^\$ /, ''), block.line + 1 + i));
  text
    .replace(/^```[^]*?^```/gm, (block) => '\n'.repeat(block.split('\n').length - 1))
    .split('\n')
    .forEach((content, i) => [...content.matchAll(/`([^`]+)`/g)].forEach(([, code]) => lookAt(code, i + 1)));
  return calls;
}

/** [{ line, target }] of all links and pictures that lead to other files of the tree, or to headings. */
export function linksOf(text) {
  const links = [];
  text.split('\n').forEach((content, i) => {
    for (const [, target] of content.matchAll(/\]\(([^)\s]+)\)/g)) if (!/^[a-z]+:/.test(target)) links.push({ line: i + 1, target });
  });
  return links;
}

/** What the headings of a document are called in links, as GitHub has it. */
export const anchorsOf = (text) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));

/**
 * A line without its figures, which differ from run to run, and without the widths that these give to columns. Places in sources stay,
 * and versions of node but for the last two numbers.
 */
function withoutFigures(line) {
  const digits = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x2460 + Number(digit)));
  return line
    .replace(/\.[cm]?[jt]s:\d+:\d+|\bnode v?\d+|\bv\d+(?=\.)/g, digits)
    .replace(/[+-]?\d[\d.,:]*(?:\s?(?:[KMG]iB|[kMG]?B|[num]?s|%|x|pp)(?![\w]))?/g, '#')
    .replace(/\bsame\b|\bnew\b$/g, '#')
    .replace(/[-─│]{2,}/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The first line of `shown` that `seen` does not have behind the ones before it, figures apart; null when it has all. */
export function missingLine(shown, seen) {
  const there = seen.map(withoutFigures);
  let at = 0;
  for (const line of shown) {
    if (line === '...' || line.trim() === '') continue;
    const found = there.indexOf(withoutFigures(line), at);
    if (found < 0) return line;
    at = found + 1;
  }
  return null;
}
