// SPDX-License-Identifier: Apache-2.0
// An addon of the C++ interface that registers itself when it is loaded, and makes stores over memory of its
// own.
#include <node.h>
#include <node_buffer.h>

#include <cstdlib>
#include <cstring>
#include <memory>

namespace {

using Arguments = v8::FunctionCallbackInfo<v8::Value>;

int ended = 0;
int magic = 0;

char* memory(size_t size) {
  char* data = static_cast<char*>(std::malloc(size));
  std::memset(data, 7, size);
  return data;
}

size_t sizeOf(const Arguments& arguments) {
  return static_cast<size_t>(arguments[0].As<v8::Number>()->Value());
}

void freeBuffer(char* data, void* hint) {
  if (hint == &magic) ++ended;
  std::free(data);
}

void freeStore(void* data, size_t, void* hint) {
  if (hint == &magic) ++ended;
  std::free(data);
}

void buffer(const Arguments& arguments) {
  size_t size = sizeOf(arguments);
  v8::Local<v8::Object> made;
  if (node::Buffer::New(arguments.GetIsolate(), memory(size), size, freeBuffer, &magic).ToLocal(&made))
    arguments.GetReturnValue().Set(made);
}

void ownedBuffer(const Arguments& arguments) {
  size_t size = sizeOf(arguments);
  v8::Local<v8::Object> made;
  if (node::Buffer::New(arguments.GetIsolate(), memory(size), size).ToLocal(&made))
    arguments.GetReturnValue().Set(made);
}

void backingStore(const Arguments& arguments) {
  size_t size = sizeOf(arguments);
  std::shared_ptr<v8::BackingStore> store =
      v8::ArrayBuffer::NewBackingStore(memory(size), size, freeStore, &magic);
  arguments.GetReturnValue().Set(v8::ArrayBuffer::New(arguments.GetIsolate(), store));
}

void sharedStore(const Arguments& arguments) {
  size_t size = sizeOf(arguments);
  std::shared_ptr<v8::BackingStore> store =
      v8::SharedArrayBuffer::NewBackingStore(memory(size), size, freeStore, &magic);
  arguments.GetReturnValue().Set(v8::SharedArrayBuffer::New(arguments.GetIsolate(), store));
}

// The addon keeps this memory, whatever becomes of the store.
void unownedStore(const Arguments& arguments) {
  static char* kept = memory(61048);
  std::shared_ptr<v8::BackingStore> store =
      v8::ArrayBuffer::NewBackingStore(kept, 61048, v8::BackingStore::EmptyDeleter, nullptr);
  arguments.GetReturnValue().Set(v8::ArrayBuffer::New(arguments.GetIsolate(), store));
}

void counts(const Arguments& arguments) {
  arguments.GetReturnValue().Set(ended);
}

void initialise(v8::Local<v8::Object> exports) {
  NODE_SET_METHOD(exports, "buffer", buffer);
  NODE_SET_METHOD(exports, "ownedBuffer", ownedBuffer);
  NODE_SET_METHOD(exports, "backingStore", backingStore);
  NODE_SET_METHOD(exports, "sharedStore", sharedStore);
  NODE_SET_METHOD(exports, "unownedStore", unownedStore);
  NODE_SET_METHOD(exports, "counts", counts);
}

NODE_MODULE(stores, initialise)

}  // namespace
