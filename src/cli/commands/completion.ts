import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { completeCommand } from '../hidden.ts';

/*
 * Each script asks the program for what may follow, one candidate a line, and leaves quoting to its shell: names may hold
 * spaces and anything else. The words before the cursor are given as arguments. zsh and fish find what fits by rules of their own,
 * whatever quotes were begun: they ask for everything that may stand there.
 */

const bash = `# vault completion for bash: eval "$(vault completion bash)"
_vault() {
  local line quote=
  COMPREPLY=()
  # Colons and equals signs are parts of words here.
  local words=() cword
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n := words cword
  else
    words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  fi
  # What was typed may be quoted already, in one way or the other.
  case \${words[cword]} in
    \\"* | \\'*) quote=yes words[cword]=\${words[cword]:1} ;;
    *) words[cword]=\${words[cword]//\\\\/} ;;
  esac
  while IFS= read -r line; do
    [ -n "$quote" ] || line=$(printf '%q' "$line")
    COMPREPLY+=("$line")
  done < <(vault ${completeCommand} -- "\${words[@]:1:cword}" 2>/dev/null)
  declare -F __ltrimcolons_completions >/dev/null && __ltrimcolons_completions "\${words[cword]}"
}
complete -F _vault vault
`;

const zsh = `#compdef vault
# vault completion for zsh: eval "$(vault completion zsh)" after compinit
_vault() {
  local -a candidates
  local current=
  [[ $PREFIX = -* ]] && current=$PREFIX
  candidates=("\${(@f)$(vault ${completeCommand} -- "\${(@Q)words[2,CURRENT-1]}" "$current" 2>/dev/null)}")
  candidates=(\${candidates:#})
  (( \${#candidates} )) && compadd -- "\${candidates[@]}"
}
if [ "$funcstack[1]" = "_vault" ]; then
  _vault "$@"
else
  compdef _vault vault
fi
`;

const fish = `# vault completion for fish: vault completion fish | source
function __vault_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  string match -q -- '-*' "$current"; or set current ''
  vault ${completeCommand} -- $words[2..-1] "$current" 2>/dev/null
end
complete -c vault -f -a '(__vault_complete)'
`;

const scripts: Readonly<Record<string, string>> = { bash, zsh, fish };

/** `vault completion SHELL`. */
export async function completion(cli: Cli, shell: string): Promise<void> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new VaultError('usage', 'the shells are bash, zsh and fish');
  cli.output.lines([script.trimEnd()]);
}
