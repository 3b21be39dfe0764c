#compdef slabscope slabscope-viewer
# SPDX-License-Identifier: Apache-2.0
# Completes slabscope and slabscope-viewer by what their own --help tells: commands, options, the values of those that have a list,
# recordings.
emulate -L zsh
setopt extended_glob

local before=$words[CURRENT-1] word=$words[CURRENT] line name value
local -a match mbegin mend call help options commands usage
local -A values
call=(${~words[1]})
help=("${(@f)$($call --help 2>/dev/null)}")
if (( $help[(Ie)Commands:] )); then
  if (( CURRENT == 2 )); then
    for line in $help; do
      if [[ $line == (#b)'  '([a-z]##)' '##(*) ]]; then commands+=("$match[1]:$match[2]"); fi
    done
    _describe -t commands command commands
  else
    help=("${(@f)$($call $words[2] --help 2>/dev/null)}")
  fi
fi
for line in $help; do
  if [[ $line == 'Usage: '* && $#usage == 0 ]]; then usage=(${=line#Usage: }); fi
  [[ $line == (#b)'  '(-[^' ']##)(*) ]] || continue
  for name in ${(s:,:)match[1]}; do
    options+=($name)
    if [[ $match[2] == ' '[^' ']* ]]; then values[$name]=${${=match[2]}[1]}; fi
  done
done

# What follows the program that is to run is that program's.
if (( $usage[(Ie)CMD] )); then
  local -i at=3
  while (( at <= CURRENT )); do
    case $words[at] in
      (--) (( at++ )); break ;;
      (-*) if [[ -n $values[$words[at]] ]]; then (( at++ )); fi ;;
      (*) break ;;
    esac
    (( at++ ))
  done
  if (( at <= CURRENT )) && [[ $word != -* || $words[at-1] == -- ]]; then
    shift $(( at - 1 )) words
    (( CURRENT -= at - 1 ))
    _normal
    return
  fi
fi

if [[ $word == --*=* ]]; then
  before=${word%%=*}
  compset -P '*='
fi
value=$values[$before]
if [[ -z $value && $word != -* && $usage[CURRENT] == (([a-z]|'|')##|PID) ]]; then value=$usage[CURRENT]; fi
case $value in
  (*'|'*) compadd -- ${(M)${(s:|:)value}:#[a-z]*} ;;
  (PID) compadd -- $(pgrep -x 'node|slabscope') ;;
  (*FILE|*.png) _files ;;
  (?*) _message $value ;;
  (*)
    if [[ $word == -* ]]; then
      compadd -- $options
    elif (( ! $#commands )); then
      _files -g '*.slab(-.)'
    fi
    ;;
esac
