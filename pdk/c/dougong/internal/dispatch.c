/* From a request to a reply. */
#include <time.h>

enum { DG_OP_DESCRIBE = 1, DG_OP_CONFIGURE = 2, DG_OP_CALL = 3, DG_OP_CLOSE = 4 };

static uint64_t dg_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

int64_t dg_time_left(const dg_ctx *c)
{
	if (c->deadline == 0)
		return -1;
	uint64_t now = dg_now();
	return now < c->deadline ? (int64_t)(c->deadline - now) : 0;
}

/* The host ends a sleep at the deadline, so the clock is asked again. */
bool dg_sleep(dg_ctx *c, int64_t ms)
{
	uint64_t start = dg_now(), slept = 0;
	while (ms > 0 && slept < (uint64_t)ms) {
		if (dg_time_left(c) == 0) {
			dg_fail(c, DG_TIMEOUT, "timeout", "the deadline of %s passed in a sleep", c->info.method.at);
			return false;
		}
		uint64_t left = (uint64_t)ms - slept;
		struct timespec t = {(time_t)(left / 1000), (long)(left % 1000) * 1000000};
		nanosleep(&t, NULL);
		slept = dg_now() - start;
	}
	return true;
}

void dg_fail_data(dg_ctx *c, const dg_value *data)
{
	dg_payload p;
	if (c->error.code != 0 && dg_write(c, data, &p))
		c->error.data = p.json;
}

static const dg_value *dg_describe(dg_ctx *c)
{
	dg_value *capabilities = dg_object(c);
	for (const dg_capability *cap = dougong_plugin.capabilities; cap != NULL && cap->name != NULL; cap++) {
		dg_value *methods = dg_array(c);
		for (const dg_method *m = cap->methods; m != NULL && m->name != NULL; m++)
			dg_push(c, methods, dg_string(c, m->name));
		dg_set(c, capabilities, cap->name, methods);
	}
	dg_value *d = dg_set(c, dg_object(c), "id", dg_string(c, dougong_plugin.id));
	dg_set(c, d, "version", dg_string(c, dougong_plugin.version));
	return dg_set(c, d, "capabilities", capabilities);
}

static const dg_method *dg_find(dg_ctx *c)
{
	const dg_capability *cap = dougong_plugin.capabilities;
	while (cap != NULL && cap->name != NULL && !dg_text_is(c->info.capability, cap->name))
		cap++;
	if (cap == NULL || cap->name == NULL)
		return dg_fail(c, DG_UNSUPPORTED, "unsupported", "plugin \"%s\" does not provide %s", dougong_plugin.id, c->info.capability.at);
	for (const dg_method *m = cap->methods; m != NULL && m->name != NULL; m++)
		if (dg_text_is(c->info.method, m->name))
			return m;
	return dg_fail(c, DG_UNSUPPORTED, "unsupported", "plugin \"%s\" has no method \"%s\" in %s", dougong_plugin.id, c->info.method.at, cap->name);
}

/* Runs the method; a result counts even if the method has set a failure on its way and gone on. */
static bool dg_run(dg_ctx *c, const dg_payload *args, dg_payload *out)
{
	const dg_method *m = dg_find(c);
	if (m == NULL)
		return false;
	if (m->raw != NULL)
		return m->raw(c, args, out);
	const dg_value *v = dg_parse(c, args);
	if (v == NULL)
		return false;
	v = m->call(c, v);
	if (v == NULL)
		return c->error.code == 0;
	return dg_write(c, v, out);
}

static bool dg_configure(dg_ctx *c, const dg_payload *config)
{
	if (dougong_plugin.configure == NULL)
		return true;
	const dg_value *v = dg_parse(c, config);
	if (v != NULL && dougong_plugin.configure(c, v))
		return true;
	if (c->error.code == 0 || c->error.code == DG_INTERNAL) {
		dg_text why = c->error.message;
		dg_fail(c, DG_CONFIG, "config", "%s", why.size > 0 ? why.at : "the plugin refuses its configuration");
	}
	return false;
}

static bool dg_operate(dg_ctx *c, uint64_t op, const dg_payload *in, dg_payload *out)
{
	switch (op) {
	case DG_OP_DESCRIBE:
		return dg_write(c, dg_describe(c), out);
	case DG_OP_CONFIGURE:
		return dg_configure(c, in);
	case DG_OP_CALL:
		return dg_run(c, in, out);
	case DG_OP_CLOSE:
		if (dougong_plugin.close != NULL)
			dougong_plugin.close(c);
		return true;
	}
	dg_fail(c, DG_UNSUPPORTED, "unsupported", "operation %u is not known to this plugin", (unsigned)op);
	return false;
}

/* Carries out a request. The reply is in c's memory. */
static dg_bytes dg_serve(dg_ctx *c, const uint8_t *request, size_t size)
{
	dg_reader r = dg_begin(c, request, size, "request");
	uint64_t op = dg_take_number(&r, 1, "operation");
	dg_take(&r, 2, "padding");
	uint64_t left = dg_take_number(&r, 4, "deadline");
	c->info.task = dg_take_number(&r, 8, "task");
	dg_text *names[] = {&c->info.capability, &c->info.method, &c->info.app, &c->info.user, &c->info.page, &c->info.trace, &c->info.caller};
	size_t sizes[7];
	for (size_t i = 0; i < 7; i++)
		sizes[i] = (size_t)dg_take_number(&r, 2, "sizes of the names");
	dg_take(&r, 2, "padding");
	for (size_t i = 0; i < 7; i++)
		*names[i] = dg_take_text(&r, sizes[i], "names");
	dg_payload in = dg_take_payload(&r), out = {{"", 0}, NULL, 0};
	if (!dg_at_end(&r))
		return dg_error_reply(c);
	c->deadline = left == 0 ? 0 : dg_now() + left;
	if (dg_operate(c, op, &in, &out))
		return dg_reply(c, &out);
	if (c->error.code == 0)
		dg_fail(c, DG_INTERNAL, "internal", "%s failed without a reason; call dg_fail before", c->info.method.at);
	return dg_error_reply(c);
}
