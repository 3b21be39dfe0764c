#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# symbols.sh NODE SHIM: every function of V8, Node and Node-API that the shim refers to is exported by this node. The
# references are weak: one that does not resolve is null in the process, not an error.
set -euo pipefail
node=$1 shim=$2

for file in "$node" "$shim"; do
  [[ -f $file ]] || { echo "FAILED: there is no $file; run scripts/setup and scripts/build"; exit 1; }
done
line=$("$node" -p 'process.versions.node.split(".")[0]')

# What a line may lack, because the shim knows another way there.
old_handles=_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEPm
new_handles=_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEm
declare -A may_lack=()
((line < 22)) && may_lack[$new_handles]="takes the object's address from 22 on"
((line >= 22)) && may_lack[$old_handles]="takes the slot's address up to 20"
((line >= 20)) && may_lack[_ZN4node24NodeArrayBufferAllocator10ReallocateEPvmm]="in 18 only"

declare -A exported=()
while read -r symbol; do exported[$symbol]=1; done \
  < <(nm -D --defined-only "$node" | awk '{ sub(/@.*/, "", $NF); print $NF }')
mapfile -t needed \
  < <(nm -D --undefined-only "$shim" | awk '{ print $NF }' | grep -E '^(_ZN?K?2v8|_ZNK?2v8|_Z(TV|N)4node|napi_)' | sort -u)

if ((${#needed[@]} < 20)); then
  echo "FAILED: the shim refers to ${#needed[@]} symbols of node only; its references are not what this test looks for"
  exit 1
fi

failed=0
for symbol in "${needed[@]}"; do
  [[ -n ${exported[$symbol]:-} || -n ${may_lack[$symbol]:-} ]] && continue
  echo "FAILED: node $line exports $(c++filt "$symbol") ($symbol)"
  failed=1
done
for symbol in "${!may_lack[@]}"; do
  [[ -z ${exported[$symbol]:-} ]] && continue
  echo "FAILED: node $line lacks $(c++filt "$symbol"): ${may_lack[$symbol]}"
  failed=1
done
((failed)) || echo "node $line: ${#needed[@]} symbols"
exit "$failed"
