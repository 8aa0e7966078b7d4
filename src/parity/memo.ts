/** Keeps what was made of values that come up again and again: most of a large configuration is alike. */
import type { Json } from '../model/entity.js';

/** Remembers for one field. What is mostly different each time is soon not looked up any more. */
export class Memo {
  private readonly made = new Map<string, Json>();
  private hits = 0;

  /** What `make` makes of the value, or made of an equal one before. */
  of(value: Json, make: () => Json | undefined): Json | undefined {
    if (this.isFull() && this.hits < this.made.size) return make();
    const text = JSON.stringify(value);
    const known = this.made.get(text);
    if (known !== undefined) {
      this.hits += 1;
      return known;
    }
    const made = make();
    if (made !== undefined && !this.isFull()) this.made.set(text, made);
    return made;
  }

  private isFull(): boolean {
    return this.made.size >= valuesKept;
  }
}

const valuesKept = 1_000;

/** A memo for each field of each kind. */
export class Memos {
  private readonly fields = new Map<string, Map<string, Memo>>();

  /** @param group what the fields belong to: a kind, or a plugin of it. */
  of(group: string): (field: string) => Memo {
    const memos = this.fields.get(group) ?? new Map<string, Memo>();
    this.fields.set(group, memos);
    return (field) => {
      const memo = memos.get(field) ?? new Memo();
      memos.set(field, memo);
      return memo;
    };
  }
}
