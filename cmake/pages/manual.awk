# SPDX-License-Identifier: Apache-2.0
# Help texts as the text of a man page: their usage (part=usage), or their options and what else they tell (part=options). A form
# feed with a command's name begins that command's.

function escaped(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  gsub(/'/, "\\(aq", text)
  return text ~ /^\./ ? "\\&" text : text
}

function say(text) {
  if (part == "options") print text
}

/^\f/ {
  say(".SS " substr($0, 2))
  command = substr($0, 2)
  section = "summary"
  next
}
/^Usage: / { section = "usage" }
section == "usage" && /^$/ { section = ""; next }
section == "usage" {
  text = $0
  sub(/^(Usage:)? +/, "", text)
  if (part == "usage") print ".br\n" escaped(text)
  if (part == "options" && command != "") print ".PP\n.B " escaped(text)
  next
}
# The first words of the program's own help are the page's, too.
command == "" && section == "" && NR == 1 { next }
section == "summary" { say(escaped($0) "."); next }
/^Options:$/ { section = "options"; next }
/^Commands:$/ { section = "commands"; next }
/^$/ { section = ""; next }
section == "commands" { next }
section == "options" && /^  -/ {
  name = $1
  rest = substr($0, 3 + length(name))
  value = ""
  if (rest ~ /^ [^ ]/) {
    value = $2
    rest = substr(rest, 2 + length(value))
  }
  gsub(/,/, ", ", name)
  say(".TP\n\\fB" escaped(name) "\\fR" (value == "" ? "" : " \\fI" escaped(value) "\\fR"))
  sub(/^ +/, "", rest)
  if (rest != "") say(escaped(rest) ".")
  next
}
section == "options" { sub(/^ +/, ""); say(escaped($0) "."); next }
match($0, /^[a-z]+( [A-Z]+)?  +/) {
  text = substr($0, RLENGTH + 1)
  value = $2 ~ /^[A-Z]+$/ ? " \\fI" $2 "\\fR" : ""
  say(".TP\n\\fB" escaped($1) "\\fR" value "\n" escaped(text) ".")
  next
}
{ say((spoke == command NR - 1 ? "" : ".PP\n") escaped($0)); spoke = command NR }
