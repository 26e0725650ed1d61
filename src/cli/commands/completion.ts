import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { completeCommand } from '../hidden.ts';

/*
 * Each script asks the program for what may follow, one candidate a line, and leaves quoting to its shell: names may hold
 * spaces and anything else. A line that begins with a tab says what the shell completes by itself. The words before the cursor are
 * given as arguments. zsh and fish find what fits by rules of their own, whatever quotes were begun: of the present word they hand on
 * no more than what decides what follows.
 */

const bash = `# vault completion for bash: eval "$(vault completion bash)"
_vault() {
  local line piece begun prefix= quote= rest i n=0
  local -a words=() starts=(0)
  COMPREPLY=()
  # Behind sudo and the like bash-completion leaves the blanks that were before the command.
  rest=\${COMP_LINE#"\${COMP_LINE%%[![:blank:]]*}"}
  # bash cuts words at colons, equals signs and the like: what stands together is one word here.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    case $rest in
      [[:blank:]]*) n=$((n + 1)) starts[n]=$i ;;
    esac
    words[n]=\${words[n]-}$piece
    rest=\${rest#"\${rest%%[![:blank:]]*}"}
    rest=\${rest#"$piece"}
  done
  begun=\${words[n]}
  # What was typed may be quoted already, in one way or the other.
  case $piece in
    \\"* | \\'*) quote=yes piece=\${piece:1} begun=\${begun%?"$piece"}$piece ;;
    *) begun=\${begun//\\\\/} piece=\${piece//\\\\/} ;;
  esac
  # Only what follows the last cut is put on the line.
  case $piece in
    *[!:=@]*) ;;
    *) [ -n "$quote" ] || piece= ;;
  esac
  prefix=\${begun%"$piece"}
  words[n]=$begun
  while IFS= read -r line; do
    case $line in
      $'\\tfiles') compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$piece"); continue ;;
      $'\\tdirectories') compopt -o filenames 2>/dev/null; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$piece"); continue ;;
      $'\\tcommand '*)
        i=$n n=$((\${line##* } + 1))
        if declare -F _command_offset >/dev/null; then _command_offset "\${starts[n]}"
        else
          compopt -o filenames 2>/dev/null
          while IFS= read -r line; do COMPREPLY+=("$line"); done < <(if [ "$n" = "$i" ]; then compgen -c -- "$piece"; else compgen -f -- "$piece"; fi)
        fi
        return ;;
    esac
    line=\${line#"$prefix"}
    [ -n "$quote" ] || line=$(printf '%q' "$line")
    COMPREPLY+=("$line")
  done < <(vault ${completeCommand} -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _vault vault
`;

const zsh = `#compdef vault
# vault completion for zsh: eval "$(vault completion zsh)" after compinit
_vault() {
  local -a lines candidates
  local begun= line
  case $PREFIX in
    *[=,]*) begun="\${\${(Q)PREFIX}%\${\${(Q)PREFIX}##*[=,]}}" ;;
    -*) begun=$PREFIX ;;
  esac
  # Every field of an entry whose reference is typed out.
  [[ \${(Q)PREFIX} = *vault://*/* ]] && begun="\${(Q)PREFIX%/*}/"
  lines=("\${(@f)$(vault ${completeCommand} -- "\${(@Q)words[2,CURRENT-1]}" "$begun" 2>/dev/null)}")
  candidates=(\${lines:#($'\\t'*|)})
  (( \${#candidates} )) && compadd -- "\${candidates[@]}"
  for line in \${(M)lines:#$'\\t'*}; do
    case $line in
      $'\\tfiles') _files ;;
      $'\\tdirectories') _files -/ ;;
      $'\\tcommand '*)
        local -i before="\${line##* } + 1"
        words=("\${(@)words[before + 1,-1]}")
        (( CURRENT -= before ))
        _normal ;;
    esac
  done
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
  set -l current (commandline -ct | string unescape --style=script 2>/dev/null; or commandline -ct)
  set -l begun ''
  if string match -q -- '-*' "$current"
    set begun $current
  else if string match -q -- '*vault://*/*' "$current"
    set begun (string replace -r -- '/[^/]*$' '/' "$current")
  else if string match -q -r -- '[=,]' "$current"
    set begun (string replace -r -- '[^=,]*$' '' "$current")
  end
  for line in (vault ${completeCommand} -- $words[2..-1] "$begun" 2>/dev/null)
    switch $line
      case \\tfiles
        __fish_complete_path "$current"
      case \\tdirectories
        __fish_complete_directories "$current" ''
      case \\tcommand' *'
        set -l first (math (string replace -r -- '.* ' '' $line) + 2)
        set -l after
        test (count $words) -ge $first; and set after (string escape -- $words[$first..-1])
        complete -C (string join -- ' ' $after (commandline -ct))
      case '*'
        echo $line
    end
  end
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
