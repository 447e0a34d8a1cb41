/* The memory of a call: blocks that are freed together before the next call. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DG_BLOCK (32u << 10)

typedef struct dg_block {
	struct dg_block *next;
	size_t used, size;
} dg_block;

struct dg_ctx {
	dg_block *blocks; /* the newest first */
	dg_info info;
	uint64_t deadline; /* of the monotonic clock, in milliseconds; 0: none */
	dg_error error;
};

/* Ends the instance. What is printed to standard error becomes the reason in the host's message. */
static _Noreturn void dg_die(const char *why)
{
	fputs(why, stderr);
	fputc('\n', stderr);
	abort();
}

static size_t dg_round(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

void *dg_allocate(dg_ctx *c, size_t size)
{
	if (size > SIZE_MAX / 4)
		dg_die("out of memory: an object is larger than the address space");
	size_t want = dg_round(size), head = dg_round(sizeof(dg_block));
	dg_block *b = c->blocks;
	if (b == NULL || b->size - b->used < want) {
		size_t room = want > DG_BLOCK ? want : DG_BLOCK;
		b = malloc(head + room);
		if (b == NULL)
			dg_die("out of memory: raise limits.memory_mb in plugin.yaml, or use less");
		b->used = 0;
		b->size = room;
		/* A block of one large object must not hide the room that is left in the one before. */
		if (c->blocks != NULL && room > DG_BLOCK) {
			b->next = c->blocks->next;
			c->blocks->next = b;
		} else {
			b->next = c->blocks;
			c->blocks = b;
		}
	}
	char *p = (char *)b + head + b->used;
	b->used += want;
	memset(p, 0, size);
	return p;
}

/* Makes c ready for another call, keeping one block. */
static void dg_reset(dg_ctx *c)
{
	dg_block *keep = NULL;
	for (dg_block *b = c->blocks, *next; b != NULL; b = next) {
		next = b->next;
		if (keep == NULL && b->size == DG_BLOCK) {
			keep = b;
			keep->next = NULL;
			keep->used = 0;
		} else {
			free(b);
		}
	}
	memset(c, 0, sizeof *c);
	c->blocks = keep;
}

static char *dg_copy(dg_ctx *c, const void *from, size_t size)
{
	char *to = dg_allocate(c, size + 1);
	if (size > 0)
		memcpy(to, from, size);
	return to;
}

static dg_text dg_format_list(dg_ctx *c, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int size = vsnprintf(NULL, 0, format, args);
	char *to = dg_allocate(c, size < 0 ? 1 : (size_t)size + 1);
	if (size > 0)
		vsnprintf(to, (size_t)size + 1, format, again);
	va_end(again);
	return (dg_text){to, size < 0 ? 0 : (size_t)size};
}

dg_text dg_format(dg_ctx *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	dg_text t = dg_format_list(c, format, args);
	va_end(args);
	return t;
}

/* Whether s goes on with byte i of t. */
#define DG_GOES_ON(i) (s[i] == t.at[i] && s[i] != 0)

/* Mostly a no at the first byte, as when a method is looked up; without strlen and memcmp, which take a turn of a loop for each byte. */
bool dg_text_is(dg_text t, const char *s)
{
	for (; t.size >= 8; t.at += 8, t.size -= 8, s += 8)
		if (!(DG_GOES_ON(0) && DG_GOES_ON(1) && DG_GOES_ON(2) && DG_GOES_ON(3) && DG_GOES_ON(4) && DG_GOES_ON(5) && DG_GOES_ON(6) && DG_GOES_ON(7)))
			return false;
	for (; t.size > 0; t.at++, t.size--, s++)
		if (!DG_GOES_ON(0))
			return false;
	return *s == 0;
}

void *dg_fail(dg_ctx *c, int32_t code, const char *name, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	dg_text message = dg_format_list(c, format, args);
	va_end(args);
	c->error = (dg_error){code == 0 ? DG_INTERNAL : code, dg_text_of(dg_copy(c, name, strlen(name))), message, {"", 0}};
	return NULL;
}

const dg_error *dg_failure(const dg_ctx *c)
{
	return &c->error;
}

void dg_forget_failure(dg_ctx *c)
{
	c->error = (dg_error){0, {"", 0}, {"", 0}, {"", 0}};
}

const dg_info *dg_who(const dg_ctx *c)
{
	return &c->info;
}
