/** Completion for bash and zsh: all words are in the script itself, so that no program starts at a press of the Tab key. */
import type { NamedCommand } from './command.js';

export const shells = ['bash', 'zsh'] as const;
export type Shell = (typeof shells)[number];

/** Commands, their options, the words that an option takes; files for all else. */
export function completionScript(shell: Shell, known: readonly NamedCommand[]): string {
  const names = known.map(({ name }) => name);
  return `# Completion of kong-drill for ${shell}.
${shell === 'zsh' ? zshHeader : ''}_kong_drill() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" = 1 ]; then
    words="${[...names, '--help', '--version'].join(' ')}"
  else
    case "$command $before" in
${known.flatMap(linesOfChoices).join('\n')}
      *) case "$word" in -*) case "$command" in
${known.map(lineOfOptions).join('\n')}
      esac ;; esac ;;
    esac
  fi
  [ -z "$words" ] || COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _kong_drill kong-drill
`;
}

/** zsh takes completions of bash after these. */
const zshHeader = `autoload -U +X compinit && compinit -u
autoload -U +X bashcompinit && bashcompinit
`;

function linesOfChoices({ name, options }: NamedCommand): readonly string[] {
  return Object.entries(options).flatMap(([option, { choices }]) =>
    choices ? [`      "${name} --${option}") words="${choices.join(' ')}" ;;`] : [],
  );
}

function lineOfOptions({ name, options }: NamedCommand): string {
  const words = [...Object.keys(options), 'help'].map((option) => `--${option}`);
  return `        ${name}) words="${words.join(' ')}" ;;`;
}
