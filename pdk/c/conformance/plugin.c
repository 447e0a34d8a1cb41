/* The conformance plugin in C: one method for each thing that the plugin protocol lets a plugin do. */
#include <stdlib.h>
#include <string.h>

#include "dougong.h"

enum { NO_SESSION = 70002 };

static char *greeting; /* NULL before the plugin is configured */

static bool echo(dg_ctx *c, const dg_payload *args, dg_payload *out)
{
	(void)c;
	*out = *args;
	return true;
}

static dg_value *inspect(dg_ctx *c, const dg_value *args)
{
	dg_text text;
	if (!dg_need_text(c, args, "text", &text))
		return NULL;
	dg_value *r = dg_set(c, dg_object(c), "text", dg_text_value(c, text));
	dg_set(c, r, "characters", dg_int(c, (int64_t)dg_characters(text)));
	if (dg_get(args, "data") != NULL) {
		dg_bytes b;
		if (!dg_need_bytes(c, args, "data", &b))
			return NULL;
		uint8_t *reversed = dg_allocate(c, b.size);
		size_t i = 0;
		for (uint64_t word; b.size - i >= 8; i += 8) { /* eight bytes in a turn of the loop */
			memcpy(&word, b.at + i, 8);
			word = __builtin_bswap64(word);
			memcpy(reversed + b.size - i - 8, &word, 8);
		}
		for (; i < b.size; i++)
			reversed[b.size - 1 - i] = b.at[i];
		dg_set(c, r, "data", dg_bytes_value(c, (dg_bytes){reversed, b.size}));
	}
	return r;
}

static dg_value *whoami(dg_ctx *c, const dg_value *args)
{
	(void)args;
	const dg_info *who = dg_who(c);
	dg_value *r = dg_set(c, dg_object(c), "capability", dg_text_value(c, who->capability));
	dg_set(c, r, "method", dg_text_value(c, who->method));
	dg_set(c, r, "app", dg_text_value(c, who->app));
	dg_set(c, r, "user", dg_text_value(c, who->user));
	dg_set(c, r, "page", dg_text_value(c, who->page));
	dg_set(c, r, "trace", dg_text_value(c, who->trace));
	return dg_set(c, r, "caller", dg_text_value(c, who->caller));
}

static dg_value *fail(dg_ctx *c, const dg_value *args)
{
	int64_t code;
	dg_text name, message;
	if (!dg_need_int(c, args, "code", &code) || !dg_need_text(c, args, "name", &name) || !dg_need_text(c, args, "message", &message))
		return NULL;
	return dg_fail(c, (int32_t)code, name.at, "%s", message.at);
}

static dg_value *configured(dg_ctx *c, const dg_value *args)
{
	(void)args;
	return dg_set(c, dg_object(c), "greeting", dg_string(c, greeting));
}

static dg_value *count(dg_ctx *c, const dg_value *args)
{
	(void)args;
	static int64_t calls;
	return dg_set(c, dg_object(c), "count", dg_int(c, ++calls));
}

static dg_value *big(dg_ctx *c, const dg_value *args)
{
	int64_t size;
	if (!dg_need_int(c, args, "size", &size))
		return NULL;
	if (size < 0 || size > 64 << 20)
		return dg_fail(c, DG_INVALID_PARAMS, "invalidParams", "size: expected 0 to 67108864, found %lld", (long long)size);
	/* What is there is copied behind itself, so that it takes few turns of a loop. Copies begin at multiples of 251. */
	uint8_t *data = dg_allocate(c, (size_t)size + 251);
	for (int i = 0; i < 251; i++)
		data[i] = (uint8_t)i;
	for (size_t have = 251; have < (size_t)size; have *= 2)
		memcpy(data + have, data, (size_t)size - have < have ? (size_t)size - have : have);
	return dg_set(c, dg_object(c), "data", dg_bytes_value(c, (dg_bytes){data, (size_t)size}));
}

static dg_value *kv(dg_ctx *c, const dg_value *args)
{
	dg_text key;
	dg_bytes value, before;
	bool found;
	if (!dg_need_text(c, args, "key", &key) || !dg_need_bytes(c, args, "value", &value))
		return NULL;
	if (!dg_kv_get(c, key.at, &found, &before) || !dg_kv_set(c, key.at, value))
		return NULL;
	dg_value *r = dg_set(c, dg_object(c), "found", dg_bool(c, found));
	return found ? dg_set(c, r, "before", dg_bytes_value(c, before)) : r;
}

static dg_value *fetch(dg_ctx *c, const dg_value *args)
{
	dg_text url;
	dg_http_response page;
	if (!dg_need_text(c, args, "url", &url) || !dg_http(c, &(dg_http_request){.url = url.at}, &page))
		return NULL;
	dg_value *r = dg_set(c, dg_object(c), "status", dg_int(c, page.status));
	return dg_set(c, r, "body", dg_bytes_value(c, page.body));
}

static dg_value *log_line(dg_ctx *c, const dg_value *args)
{
	dg_text text;
	if (dg_need_text(c, args, "text", &text))
		dg_log(c, DG_WARN, text.at, "n", "7", NULL);
	return NULL;
}

static dg_value *pause(dg_ctx *c, const dg_value *args)
{
	int64_t ms;
	if (dg_need_int(c, args, "ms", &ms))
		dg_sleep(c, ms);
	return NULL;
}

static dg_value *spin(dg_ctx *c, const dg_value *args)
{
	(void)c, (void)args;
	for (volatile unsigned n = 0;; n++)
		continue;
}

static dg_value *crash(dg_ctx *c, const dg_value *args)
{
	(void)c, (void)args;
	abort();
}

static dg_value *countdown(dg_ctx *c, const dg_value *args)
{
	int64_t from;
	if (!dg_need_int(c, args, "from", &from))
		return NULL;
	for (int64_t left = from - 1; left >= 0; left--) {
		uint8_t byte = (uint8_t)(left % 251);
		dg_value *tick = dg_set(c, dg_object(c), "left", dg_int(c, left));
		dg_set(c, tick, "data", dg_bytes_value(c, (dg_bytes){&byte, 1}));
		if (!dg_emit(c, "tick", tick))
			return NULL;
	}
	return dg_set(c, dg_object(c), "ticks", dg_int(c, from));
}

/* A session lives from its call to its close, over many calls: in memory of malloc. */
struct session {
	struct session *next;
	uint64_t task;
	int64_t sent;
};

static struct session *sessions;

static dg_value *session(dg_ctx *c, const dg_value *args)
{
	(void)args;
	struct session *s = calloc(1, sizeof *s);
	if (s == NULL)
		return dg_fail(c, DG_QUOTA, "quota", "no memory for another session; close one first");
	s->task = dg_who(c)->task;
	s->next = sessions;
	sessions = s;
	return NULL;
}

/* The place where the call's session is linked in. */
static struct session **find(dg_ctx *c)
{
	struct session **at = &sessions;
	while (*at != NULL && (*at)->task != dg_who(c)->task)
		at = &(*at)->next;
	if (*at == NULL)
		return dg_fail(c, NO_SESSION, "no-session", "task %llu is no open session; open one by session", (unsigned long long)dg_who(c)->task);
	return at;
}

static dg_value *session_send(dg_ctx *c, const dg_value *args)
{
	dg_text text;
	struct session **s = find(c);
	if (s == NULL || !dg_need_text(c, args, "text", &text))
		return NULL;
	if (!dg_emit(c, "message", dg_set(c, dg_object(c), "text", dg_text_value(c, text))))
		return NULL;
	return dg_set(c, dg_object(c), "sent", dg_int(c, ++(*s)->sent));
}

static dg_value *session_close(dg_ctx *c, const dg_value *args)
{
	(void)args;
	struct session **at = find(c), *gone;
	if (at == NULL)
		return NULL;
	gone = *at;
	*at = gone->next;
	free(gone);
	dg_end(c, "closed", NULL);
	return NULL;
}

static bool configure(dg_ctx *c, const dg_value *config)
{
	dg_text text = dg_as_text(dg_get(config, "greeting"));
	if (dg_text_is(text, "refuse")) {
		dg_fail(c, DG_CONFIG, "config", "greeting: \"refuse\" is refused; give another");
		return false;
	}
	free(greeting);
	greeting = strdup(text.at);
	return greeting != NULL;
}

static const dg_method methods[] = {
	{"echo", .raw = echo},
	{"inspect", .call = inspect},
	{"whoami", .call = whoami},
	{"fail", .call = fail},
	{"configured", .call = configured},
	{"count", .call = count},
	{"big", .call = big},
	{"kv", .call = kv},
	{"fetch", .call = fetch},
	{"log", .call = log_line},
	{"sleep", .call = pause},
	{"spin", .call = spin},
	{"crash", .call = crash},
	{"countdown", .call = countdown},
	{"session", .call = session},
	{"session.send", .call = session_send},
	{"session.close", .call = session_close},
	{0},
};

static const dg_capability capabilities[] = {{"dougong.conformance/v1", methods}, {0}};

const dg_plugin dougong_plugin = {
	.id = "dougong.conformance.c",
	.version = "1.0.0",
	.capabilities = capabilities,
	.configure = configure,
};
