/* What the host does for the plugin: the functions of dougong:host/v1, in terms of values. */

#ifdef __wasm__
#define DG_IMPORT(name) __attribute__((import_module("dougong:host/v1"), import_name(name)))
#else
#define DG_IMPORT(name) /* a native build, for tests, defines them itself */
#endif

extern uint32_t dg_host_service(const void *request, uint32_t size) DG_IMPORT("service");
extern void dg_host_reply(void *into, uint32_t size) DG_IMPORT("reply");
extern uint32_t dg_host_emit(const void *event, uint32_t size) DG_IMPORT("emit");
extern void dg_host_log(const void *line, uint32_t size) DG_IMPORT("log");

static uint32_t dg_message_size(const dg_message *m)
{
	return (uint32_t)(m->at - m->start);
}

/* Fetches the reply of size bytes, which the host holds until then. */
static bool dg_fetch(dg_ctx *c, uint32_t size, dg_payload *out)
{
	uint8_t *reply = dg_allocate(c, size);
	dg_host_reply(reply, size);
	return dg_read_reply(c, reply, size, out);
}

const dg_value *dg_service(dg_ctx *c, const char *name, const dg_value *args)
{
	dg_payload in, out = {{"", 0}, NULL, 0};
	if (!dg_write(c, args, &in))
		return NULL;
	size_t size = dg_payload_size(&in), n = strlen(name);
	if (size == 0 || n > UINT16_MAX)
		return dg_too_large(c, name);
	dg_message m = dg_message_of(c, 4 + n + size);
	dg_add_number(&m, DG_VERSION, 2);
	dg_add_number(&m, n, 2);
	dg_add(&m, name, n);
	dg_add_payload(&m, &in);
	if (!dg_fetch(c, dg_host_service(m.start, dg_message_size(&m)), &out))
		return NULL;
	return dg_parse(c, &out);
}

bool dg_emit_to(dg_ctx *c, uint64_t task, const char *event, const dg_value *data, bool last)
{
	dg_payload in, none;
	if (!dg_write(c, data, &in))
		return false;
	size_t size = dg_payload_size(&in), n = strlen(event);
	if (size == 0 || n > UINT16_MAX) {
		dg_too_large(c, "the event");
		return false;
	}
	dg_message m = dg_message_of(c, 12 + n + size);
	dg_add_number(&m, DG_VERSION, 1);
	dg_add_number(&m, last, 1);
	dg_add_number(&m, n, 2);
	dg_add_number(&m, task, 8);
	dg_add(&m, event, n);
	dg_add_payload(&m, &in);
	uint32_t refusal = dg_host_emit(m.start, dg_message_size(&m));
	return refusal == 0 || dg_fetch(c, refusal, &none);
}

bool dg_emit(dg_ctx *c, const char *event, const dg_value *data)
{
	return dg_emit_to(c, c->info.task, event, data, false);
}

bool dg_end(dg_ctx *c, const char *event, const dg_value *data)
{
	return dg_emit_to(c, c->info.task, event, data, true);
}

static void dg_add_text(dg_message *m, const char *s)
{
	size_t n = strlen(s);
	dg_add_number(m, n, 4);
	dg_add(m, s, n);
}

void dg_log(dg_ctx *c, dg_level level, const char *message, ...)
{
	size_t size = 8 + strlen(message), count = 0;
	va_list args, again;
	va_start(args, message);
	va_copy(again, args);
	for (const char *s = va_arg(args, const char *); s != NULL; s = va_arg(args, const char *)) {
		size += 4 + strlen(s);
		count++;
	}
	va_end(args);
	dg_message m = dg_message_of(c, size + 4);
	dg_add_number(&m, DG_VERSION, 1);
	dg_add_number(&m, (uint64_t)level, 1);
	dg_add_number(&m, (count + 1) / 2, 2);
	dg_add_text(&m, message);
	for (size_t i = 0; i < count; i++)
		dg_add_text(&m, va_arg(again, const char *));
	if (count % 2 != 0) /* a name without a value */
		dg_add_text(&m, "");
	va_end(again);
	dg_host_log(m.start, dg_message_size(&m));
}
