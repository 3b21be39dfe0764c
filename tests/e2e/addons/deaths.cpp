// SPDX-License-Identifier: Apache-2.0
// V8's own word on when an object dies: weak handles with a callback, and the number of the collection that
// calls it.
#include <node.h>

#include <vector>

namespace {

struct Watched {
  v8::Global<v8::Object> handle;
  uint32_t died_in;  // 0: alive
};

std::vector<Watched*> watched;
uint32_t collections = 0;

void onCollectionBegin(v8::Isolate*, v8::GCType, v8::GCCallbackFlags) {
  ++collections;
}

void onDeath(const v8::WeakCallbackInfo<Watched>& info) {
  info.GetParameter()->died_in = collections;
  info.GetParameter()->handle.Reset();
}

/// begin(): collections are counted from here.
void begin(const v8::FunctionCallbackInfo<v8::Value>&) {
  collections = 0;
}

/// watch(object)
void watch(const v8::FunctionCallbackInfo<v8::Value>& info) {
  auto* one = new Watched{{info.GetIsolate(), info[0].As<v8::Object>()}, 0};
  one->handle.SetWeak(one, onDeath, v8::WeakCallbackType::kParameter);
  watched.push_back(one);
}

/// deaths(): for each object, in the order of watch(), the number of the collection that it died in; 0 where
/// it is alive.
void deaths(const v8::FunctionCallbackInfo<v8::Value>& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Array> all = v8::Array::New(isolate, static_cast<int>(watched.size()));
  for (uint32_t i = 0; i < watched.size(); ++i)
    all->Set(context, i, v8::Integer::NewFromUnsigned(isolate, watched[i]->died_in)).Check();
  info.GetReturnValue().Set(all);
}

}  // namespace

NODE_MODULE_INIT() {
  v8::Isolate::GetCurrent()->AddGCPrologueCallback(onCollectionBegin);
  NODE_SET_METHOD(exports, "begin", begin);
  NODE_SET_METHOD(exports, "watch", watch);
  NODE_SET_METHOD(exports, "deaths", deaths);
}
