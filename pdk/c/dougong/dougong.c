/* The kit in one translation unit: compile this file with the plugin's own. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime, under -std=c11 as well */
#include "dougong.h"

#include "internal/arena.c"
#include "internal/value.c"
#include "internal/utf8.c"
#include "internal/parse.c"
#include "internal/write.c"
#include "internal/wire.c"
#include "internal/dispatch.c"
#include "internal/host.c"
#include "internal/services.c"

#ifdef __wasm__
#include "internal/abi.c"
#endif
