#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# symbols.sh NODE SHIM: every function of V8, Node and Node-API that the shim refers to is exported by this node. The
# shim looks them up by name (V8) or refers to them weakly (Node-API): one that is not there is null in the process, not
# an error.
set -euo pipefail
export LC_ALL=C
node=$1 shim=$2

for file in "$node" "$shim"; do
  [[ -f $file ]] || { echo "FAILED: there is no $file; run scripts/setup and scripts/build"; exit 1; }
done
line=$("$node" -p 'process.versions.node.split(".")[0]')

# What a line must lack, because the shim takes another way there.
old_handles=_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEPm
new_handles=_ZN2v812api_internal18GlobalizeReferenceEPNS_8internal7IsolateEm
reallocate=_ZN4node24NodeArrayBufferAllocator10ReallocateEPvmm
value_field=_ZN2v86Object16SetInternalFieldEiNS_5LocalINS_5ValueEEE
data_field=_ZN2v86Object16SetInternalFieldEiNS_5LocalINS_4DataEEE
function_new=_ZN2v88Function3NewENS_5LocalINS_7ContextEEEPFvRKNS_20FunctionCallbackInfoINS_5ValueEEEENS1_I
value_function=${function_new}S5_EEiNS_19ConstructorBehaviorENS_14SideEffectTypeE
data_function=${function_new}NS_4DataEEEiNS_19ConstructorBehaviorENS_14SideEffectTypeE
case $line in
  18) lacks=("$new_handles" "$data_field" "$data_function") ;;
  20) lacks=("$new_handles" "$reallocate" "$data_field" "$data_function") ;;
  22 | 24) lacks=("$old_handles" "$reallocate" "$value_field" "$data_function") ;;
  *) lacks=("$old_handles" "$reallocate" "$value_field" "$value_function") ;;
esac
lacking=$(printf '%s\n' "${lacks[@]}" | sort)

exported=$(nm -D --defined-only "$node" | awk '{ sub(/@.*/, "", $NF); print $NF }' | sort -u)
needed=$({
  strings -a -n 8 "$shim" | grep -xE '_Z(TV)?NK?(2v8|4node)[A-Za-z0-9_]+'
  nm -D --undefined-only "$shim" | awk '$NF ~ /^napi_/ { print $NF }'
} | sort -u)

count=$(wc -l <<<"$needed")
if ((count < 30)); then
  echo "FAILED: the shim names $count symbols of node only; they are not where this test looks for them"
  exit 1
fi

failed=0
for symbol in $(comm -23 <(echo "$needed") <(printf '%s\n' "$exported" "$lacking" | sort -u)); do
  echo "FAILED: node $line exports $(c++filt "$symbol") ($symbol)"
  failed=1
done
for symbol in $(comm -12 <(echo "$exported") <(echo "$lacking")); do
  echo "FAILED: node $line does not export $(c++filt "$symbol") ($symbol)"
  failed=1
done
((failed)) || echo "node $line: $count symbols"
exit "$failed"
