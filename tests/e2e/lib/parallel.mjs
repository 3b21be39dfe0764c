// SPDX-License-Identifier: Apache-2.0
import os from 'node:os';

/** Runs all tasks, functions that give promises, so many at a time. */
export async function inParallel(tasks, atOnce = Math.max(2, os.availableParallelism?.() ?? 2)) {
  const next = tasks[Symbol.iterator]();
  const worker = async () => {
    for (const task of next) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
