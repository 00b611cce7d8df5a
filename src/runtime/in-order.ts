/** Work about one thing, done in the order in which it was asked for. */
export class InOrder {
  readonly #latest = new Map<string, Promise<unknown>>();

  /** Does the work when all that was asked for before under that key has come to an end. */
  run<Value>(key: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#latest.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#latest.set(key, mine);
    const forget = (): void => {
      if (this.#latest.get(key) === mine) this.#latest.delete(key);
    };
    mine.then(forget, forget);
    return mine;
  }
}
