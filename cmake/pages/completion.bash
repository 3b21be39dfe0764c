# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completes slabscope and slabscope-viewer by what their own --help tells: commands, options, the values of those that have a list,
# recordings.

_slabscope() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} at line name
  local call=("${COMP_WORDS[0]/#\~/$HOME}") help options=() commands=() usage=()
  local -A values=()
  COMPREPLY=()
  # To bash --stacks=full is three words.
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi

  help=$("${call[@]}" --help 2>/dev/null)
  if [[ $help == *$'\nCommands:\n'* ]]; then
    if ((COMP_CWORD == 1)); then
      mapfile -t commands < <(sed -nE 's/^  ([a-z]+) .*/\1/p' <<<"$help")
    else
      help=$("${call[@]}" "${COMP_WORDS[1]}" --help 2>/dev/null)
    fi
  fi
  while IFS= read -r line; do
    if [[ $line == Usage:\ * && ${#usage[@]} == 0 ]]; then read -ra usage <<<"${line#Usage: }"; fi
    [[ $line =~ ^\ \ (-[^ ]+)(\ ([^ ]+))? ]] || continue
    for name in ${BASH_REMATCH[1]//,/ }; do
      options+=("$name")
      if [[ -n ${BASH_REMATCH[3]} ]]; then values[$name]=${BASH_REMATCH[3]}; fi
    done
  done <<<"$help"

  # What follows the program that is to run is that program's.
  if [[ " ${usage[*]} " == *' CMD '* ]]; then
    for ((at = 2; at <= COMP_CWORD; at++)); do
      case ${COMP_WORDS[at]} in
        --) ((at++)); break ;;
        '=') ((at++)) ;;
        -*) if [[ -n ${values[${COMP_WORDS[at]}]} && ${COMP_WORDS[at + 1]} != '=' ]]; then ((at++)); fi ;;
        *) break ;;
      esac
    done
    if ((at <= COMP_CWORD)); then
      if declare -F _command_offset >/dev/null; then
        _command_offset "$at"
      elif ((at == COMP_CWORD)); then
        mapfile -t COMPREPLY < <(compgen -c -- "$word")
      else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
      fi
      return
    fi
  fi

  local value=${values[$before]:-}
  if [[ -z $value && $word != -* && ${usage[COMP_CWORD]:-} =~ ^([a-z|]+|PID)$ ]]; then value=${usage[COMP_CWORD]}; fi
  if [[ $value == *'|'* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(tr '|' '\n' <<<"$value" | grep '^[a-z]')" -- "$word")
  elif [[ $value == PID ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(pgrep -x 'node|slabscope')" -- "$word")
  elif [[ $value == *FILE || $value == *.png ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  elif [[ -n $value ]]; then
    return
  elif [[ $word == -* ]] || ((${#commands[@]})); then
    mapfile -t COMPREPLY < <(compgen -W "${commands[*]} ${options[*]}" -- "$word")
  else
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -d -- "$word"; compgen -f -X '!*.slab' -- "$word")
  fi
}

complete -F _slabscope slabscope slabscope-viewer
