// Read before all of better-sqlite3's code where scripts/addon.js compiles it: node::ObjectWrap without cleanup hooks, as it was before
// Node.js 24.19. Since then its destructor takes a hook back, and that ends the process where no context is entered, as in a garbage
// collection (https://github.com/nodejs/node/issues/65446). better-sqlite3 has a hook of its own that closes what is open.
#include <node.h>

namespace node {
inline void NoCleanupHook(v8::Isolate*, void (*)(void*), void*) {}
}  // namespace node

#define AddEnvironmentCleanupHook NoCleanupHook
#define RemoveEnvironmentCleanupHook NoCleanupHook
#include <node_object_wrap.h>
#undef AddEnvironmentCleanupHook
#undef RemoveEnvironmentCleanupHook
