// SPDX-License-Identifier: Apache-2.0
// The ways in which a program is run, side by side.
import path from 'node:path';

const record = (...flags) => ({ slabscope, out }, command) => [slabscope, 'record', '-o', path.join(out, 'run.slab'), ...flags, '--', ...command];

/** name; command(context, [node, ...]): what is run instead; slabscope: whether a recording comes of it. */
export const kVariants = [
  { name: 'plain', command: (context, command) => command },
  { name: 'slabscope', command: record(), slabscope: true },
  { name: 'slabscope --stacks=off', command: record('--stacks=off'), slabscope: true },
  { name: 'slabscope --no-liveness', command: record('--no-liveness'), slabscope: true },
  { name: 'slabscope --stacks=off --no-liveness', command: record('--stacks=off', '--no-liveness'), slabscope: true },
  { name: 'heaptrack', command: ({ out }, command) => ['heaptrack', '--raw', '-o', path.join(out, 'run'), ...command] },
  { name: 'node --cpu-prof', command: ({ out }, [node, ...rest]) => [node, '--cpu-prof', `--cpu-prof-dir=${out}`, ...rest] },
];

/** Programs, and which of the variants say something about them beside plain, slabscope, heaptrack and --cpu-prof. */
export const kPrograms = ['stores', 'slices', 'strings', 'concat', 'http', 'ws', 'zlib', 'tsc', 'fs', 'workers', 'msgpack', 'protobuf'];
const kMicro = new Set(['stores', 'slices']);
const kMicroOnly = new Set(['slabscope --stacks=off', 'slabscope --no-liveness', 'slabscope --stacks=off --no-liveness']);
export const applies = (variant, program) => !kMicroOnly.has(variant.name) || kMicro.has(program);
