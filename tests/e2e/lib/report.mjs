// SPDX-License-Identifier: Apache-2.0
// What a test says: figures as they come, every failure with its text (the first ones of each kind), one verdict.

const kShownPerKind = 12;

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
    return this.check(
      Object.is(seen, expected),
      `${what}: expected ${JSON.stringify(expected)}, saw ${JSON.stringify(seen)}`,
    );
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
