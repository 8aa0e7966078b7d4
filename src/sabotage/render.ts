/** What a person reads of a sabotaged drill: each attack, and what saw it. */
import type { AttackResult, SabotageResult } from './sabotage.js';

const words: Readonly<Record<AttackResult['outcome'], string>> = {
  caught: '✓ caught',
  unseen: '✗ UNSEEN',
  'not-applicable': '– does not apply',
  unproven: '? unproven',
};

const verdicts: Readonly<Record<SabotageResult['verdict'], string>> = {
  strong: 'Every attack that applies was caught.',
  'too-weak': 'TOO WEAK: what went unseen here would go unseen in a real recovery.',
  unproven: 'Unproven: not every attack could be made.',
};

export function renderSabotage({ drill, verdict, attacks }: SabotageResult): string {
  const lines = attacks.flatMap((it) => {
    const head = `  ${words[it.outcome].padEnd(16)}  ${it.recovery}: ${it.attack}: ${it.detail}`;
    return it.seenBy.length === 0 ? [head] : [head, `${' '.repeat(20)}seen by ${seenBy(it.seenBy)}`];
  });
  return `${[`${drill}: ${verdicts[verdict]}`, ...lines].join('\n')}\n`;
}

const shown = 4;

function seenBy(ids: readonly string[]): string {
  const more = ids.length - shown;
  return `${ids.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
