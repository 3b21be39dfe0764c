// SPDX-License-Identifier: Apache-2.0
// What a test says: figures as they come, every failure with its text (the first ones of each kind), one verdict.

const kShownPerKind = 6;

export class Report {
  #failures = 0;
  #perKind = new Map();

  figure(name, value) {
    process.stdout.write(`  ${name}: ${value}\n`);
  }

  /** A failure. `kind` groups those of which only the first few are worth printing. */
  fail(text, kind = text) {
    this.#failures += 1;
    const seen = (this.#perKind.get(kind) ?? 0) + 1;
    this.#perKind.set(kind, seen);
    if (seen <= kShownPerKind) process.stdout.write(`FAIL ${text}\n`);
  }

  check(condition, text, kind) {
    if (!condition) this.fail(text, kind);
    return Boolean(condition);
  }

  equal(seen, expected, what) {
    if (Object.is(seen, expected)) return true;
    const text = (value) => (typeof value === 'bigint' ? `${value}` : JSON.stringify(value));
    this.fail(`${what}: expected ${text(expected)}, saw ${text(seen)}`, what);
    return false;
  }

  /** Ends the test's process with its verdict. */
  finish() {
    for (const [kind, count] of this.#perKind) {
      if (count > kShownPerKind) process.stdout.write(`FAIL ... and ${count - kShownPerKind} more of "${kind}"\n`);
    }
    process.stdout.write(this.#failures === 0 ? 'passed\n' : `failed: ${this.#failures}\n`);
    process.exit(this.#failures === 0 ? 0 : 1);
  }
}
