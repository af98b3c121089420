// Which requirements of OWASP ASVS 4.0.3 are of levels 1 and 2, and whether a table answers each of them once.
const sections = `1.1:1-7 1.2:1-4 1.4:1,4-5 1.5:1-4 1.6:1-4 1.7:1-2 1.8:1-2 1.9:1-2 1.10:1 1.11:1-2 1.12:2 1.14:1-6
  2.1:1-12 2.2:1-3 2.3:1-3 2.4:1-6 2.5:1-7 2.6:1-3 2.7:1-6 2.8:1-7 2.9:1-3 2.10:1-4 3.1:1 3.2:1-4 3.3:1-4 3.4:1-5 3.5:1-3 3.7:1
  4.1:1-3,5 4.2:1-2 4.3:1-3 5.1:1-5 5.2:1-8 5.3:1-10 5.4:1-3 5.5:1-4 6.1:1-3 6.2:1-6 6.3:1-2 6.4:1-2 7.1:1-4 7.2:1-2 7.3:1,3-4 7.4:1-3
  8.1:1-4 8.2:1-3 8.3:1-8 9.1:1-3 9.2:1-4 10.2:1-2 10.3:1-3 11.1:1-8 12.1:1-3 12.2:1 12.3:1-6 12.4:1-2 12.5:1-2 12.6:1
  13.1:1,3-5 13.2:1-3,5-6 13.3:1-2 13.4:1-2 14.1:1-4 14.2:1-6 14.3:2-3 14.4:1-7 14.5:1-4`;
const states = new Set(['met', 'partly', 'gap', 'n/a']);

export class Requirements {
  constructor() {
    this.counts = new Map();
    this.answered = new Set();
    this.wanted = new Set(sections.trim().split(/\s+/).flatMap(part => {
      const [section, items] = part.split(':');
      return items.split(',').flatMap(range => {
        const [from, to = from] = range.split('-').map(Number);
        return Array.from({ length: to - from + 1 }, (_, i) => `${section}.${from + i}`);
      });
    }));
  }

  /** A row of the table; other lines are nothing. */
  row(text, say) {
    const cells = text.split(/(?<!\\)\|/).slice(1, -1).map(c => c.trim());
    const [item, , state, answer] = cells;
    if (!/^\d+\.\d+\.\d+$/.test(item ?? '')) return;
    if (cells.length !== 4) return say('asvs', `${item} has ${cells.length} cells instead of 4`);
    if (!this.wanted.has(item)) say('asvs', `${item} is no requirement of level 1 or 2`);
    if (this.answered.has(item)) say('asvs', `${item} stands there twice`);
    this.answered.add(item);
    this.counts.set(state, (this.counts.get(state) ?? 0) + 1);
    if (!states.has(state)) say('asvs', `${item}: '${state}' is none of ${[...states].join(', ')}`);
    if (state === 'met' && !/`|\]\(/.test(answer)) say('asvs', `${item} is met without a test, a place or a document`);
    if (answer.length < 3) say('asvs', `${item} says nothing`);
  }

  /** A line that counts: "155 met, 56 partly, ..." */
  sum(text, say) {
    for (const [, count, state] of text.matchAll(/\b(\d+) (met|partly|gap|n\/a)\b/g))
      if (Number(count) !== (this.counts.get(state) ?? 0)) say('asvs', `${count} ${state} are said, ${this.counts.get(state) ?? 0} are there`);
  }

  get missing() { return [...this.wanted].filter(item => !this.answered.has(item)); }
}
